import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import { onTestFinished } from 'vitest'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  readonly user: string | undefined
  /** Whether it came over TLS. */
  readonly secure: boolean
  readonly mime: string
}

/** A real SMTP server that keeps what it is given. */
export interface MailServer {
  readonly smarthost: string
  readonly mails: readonly ReceivedMail[]
}

const TLS = join(import.meta.dirname, '../fixtures/tls')
/** The certificate of the server, for localhost, which signs itself. */
export const CA_FILE = join(TLS, 'localhost.crt')

/** The user and password that it knows. */
export const MAIL_USER = { user: 'alerts', pass: 'hunter2' }

/** Starts one that offers STARTTLS, until the test ends. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  async function receive(stream: Readable, { envelope, user, secure }: SMTPServerSession): Promise<void> {
    const mime = await text(stream)
    const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
    const to = envelope.rcptTo.map(({ address }) => address)
    mails.push({ from, to, user: user?.toString(), secure, mime })
  }

  const server = new SMTPServer({
    key: readFileSync(join(TLS, 'localhost.key')),
    cert: readFileSync(CA_FILE),
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 1,
    onAuth: ({ username, password }, _session, done) =>
      username === MAIL_USER.user && password === MAIL_USER.pass
        ? done(null, { user: username })
        : done(new Error(`Invalid login of ${username} with ${password}`)),
    onData: (stream, session, done) => {
      // oxlint-disable-next-line no-callback-in-promise
      void receive(stream, session).then(() => done(), done)
    },
    ...options,
  })
  server.on('error', () => {})
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
      }),
  )
  const address = listening.address()
  if (typeof address !== 'object' || address === null) throw new Error('the mail server has no port')
  return { smarthost: `localhost:${address.port}`, mails }
}
