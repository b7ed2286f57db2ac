import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection'
import { describeSmtpError } from './smtp-error.js'

export interface MailTransport {
  readonly connection: SMTPConnectionOptions
  /** Undefined where the server asks for none. */
  readonly auth: { readonly user: string; readonly pass: string } | undefined
}

export interface Envelope {
  readonly from: string
  readonly to: readonly string[]
}

/**
 * Gives one mail to a server over a connection of its own, and answers the recipients that it refused, which are not all.
 * Throws a `DeliveryError`. When the signal aborts, the connection is cut, and it rejects with the signal's reason.
 */
export async function sendMail(
  { connection: options, auth }: MailTransport,
  { from, to }: Envelope,
  mime: Buffer,
  signal: AbortSignal,
): Promise<readonly string[]> {
  signal.throwIfAborted()
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const connection = new Connection(options)
  return withConnection(connection, signal, async () => {
    await step((done) => connection.connect(done))
    if (auth !== undefined) await step((done) => connection.login({ ...auth, credentials: auth }, done))
    const info = await new Promise<{ readonly rejected: readonly string[] }>((resolve, reject) => {
      connection.send({ from, to: [...to] }, mime, (error, result) =>
        error === null ? resolve(result) : reject(error),
      )
    })
    return info.rejected
  }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw describeSmtpError(error, auth)
  })
}

type Done = (error?: Error | null) => void

function step(begin: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    begin((error) => (error === undefined || error === null ? resolve() : reject(error)))
  })
}

/** Does the work unless the connection breaks or the signal aborts before, and closes the connection. */
async function withConnection<T>(
  connection: SMTPConnection,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  let abort = (): void => {}
  const broken = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason)
    connection.once('error', reject)
    // What the server said before it closed the connection tells more.
    connection.once('end', () => setImmediate(() => reject(new Error('the server closed the connection'))))
  })
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work(), broken])
  } finally {
    signal.removeEventListener('abort', abort)
    // What still goes wrong on its way out concerns nobody.
    connection.on('error', () => {})
    connection.close()
  }
}
