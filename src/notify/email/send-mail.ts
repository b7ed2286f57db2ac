import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { SMTPConnectionOptions, SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection'
import { describeSmtpError } from './smtp-error.js'

export interface MailTransport {
  readonly connection: SMTPConnectionOptions
  /** Undefined where the server asks for none. */
  readonly auth: { readonly user: string; readonly pass: string } | undefined
}

/** A recipient that the server did not take. */
export interface RefusedRecipient {
  readonly address: string
  /** Whether it may be taken later: after replies of 4xx, as of greylisting. */
  readonly retryable: boolean
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
): Promise<readonly RefusedRecipient[]> {
  signal.throwIfAborted()
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const connection = new Connection(options)
  return withConnection(connection, signal, async () => {
    await step((done) => connection.connect(done))
    if (auth !== undefined) await step((done) => connection.login({ ...auth, credentials: auth }, done))
    const info = await new Promise<SMTPConnectionSendInfo>((resolve, reject) => {
      connection.send({ from, to: [...to] }, mime, (error, result) =>
        error === null ? resolve(result) : reject(error),
      )
    })
    return toRefused(info)
  }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw describeSmtpError(error, auth)
  })
}

function toRefused({ rejected, rejectedErrors = [] }: SMTPConnectionSendInfo): readonly RefusedRecipient[] {
  const forGood = new Set(
    rejectedErrors.flatMap((error) => (error.permanent === true ? [error.recipient] : [])),
  )
  return rejected.map((address) => ({ address, retryable: !forGood.has(address) }))
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
