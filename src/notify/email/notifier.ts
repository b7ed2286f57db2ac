import { DeadlineExceeded, withDeadline } from '../../model/deadline.js'
import { SECOND_MS } from '../../model/time.js'
import { DeliveryError } from '../delivery-error.js'
import { readEither } from '../http/http-access.js'
import { readTls, type TlsOptions } from '../http/read-tls.js'
import type { AlertNotifier, NotifierSurroundings } from '../notifier.js'
import type { EmailReceiverConfig } from './config.js'
import { composeMail } from './compose.js'
import { decodeMail, encodeMail } from './mail.js'
import { createGivenRecipients } from './given-recipients.js'
import { type MailTransport, type RefusedRecipient, sendMail } from './send-mail.js'

const DEFAULT_TIMEOUT_MS = 30 * SECOND_MS
const SMTPS_PORT = 465

/** A mail by SMTP. */
export function createEmailNotifier(
  config: EmailReceiverConfig,
  surroundings: NotifierSurroundings,
): AlertNotifier {
  const { clock, untraced } = surroundings
  const timeoutMs = config.timeout ?? DEFAULT_TIMEOUT_MS
  const tls = readTls(config.tls_config, surroundings.secrets.folder)
  const from = bareAddress(config.from)
  const recipients = config.to.map(bareAddress)
  const given = createGivenRecipients()

  return {
    lane: 'alerts',
    sendResolved: config.send_resolved ?? false,
    encode: (notification) => encodeMail(notification, config, surroundings),
    deliver: async ({ body }, { idempotencyKey, signal }) => {
      const to = given.waiting(idempotencyKey, recipients)
      const mime = await composeMail(decodeMail(body), config)
      const transport = await readTransport(config, surroundings, { timeoutMs, tls })
      const refused = await withDeadline(clock, timeoutMs, signal, (bounded) =>
        untraced(() => sendMail(transport, { from, to }, mime, bounded)),
      ).catch((error: unknown) => {
        throw toTimely(error, signal)
      })
      if (refused.length === 0) return given.forget(idempotencyKey)
      const without = new Set(refused.map(({ address }) => address))
      given.add(
        idempotencyKey,
        to.filter((address) => !without.has(address)),
      )
      throw partlyRefused(refused, recipients.length)
    },
    close: async () => {},
  }
}

/** `alerts@example.com` of `Alerts <alerts@example.com>`. */
function bareAddress(address: string): string {
  return /<([^>]*)>$/.exec(address)?.[1] ?? address
}

async function readTransport(
  config: EmailReceiverConfig,
  { secrets: reader }: NotifierSurroundings,
  { timeoutMs, tls }: { readonly timeoutMs: number; readonly tls: TlsOptions },
): Promise<MailTransport> {
  const { smarthost, hello, auth_username: username, require_tls: requireTLS = true } = config
  const colon = smarthost.lastIndexOf(':')
  const port = Number(smarthost.slice(colon + 1))
  const secure = config.force_implicit_tls ?? port === SMTPS_PORT
  const connection = {
    host: smarthost.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
    port,
    secure,
    requireTLS: requireTLS && !secure,
    name: hello ?? 'localhost',
    allowInternalNetworkInterfaces: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    socketCloseTimeout: 0,
    tls,
  }
  if (username === undefined) return { connection, auth: undefined }
  const [user, pass] = await Promise.all([
    username.read(reader),
    readEither(config.auth_password, config.auth_password_file, reader),
  ])
  return { connection, auth: { user, pass } }
}

function toTimely(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new DeliveryError('stopped', { reason: 'stopped', retryable: true })
  if (!(error instanceof DeadlineExceeded)) return error
  return new DeliveryError(`mail server: not done within ${error.timeoutMs} ms`, {
    reason: 'timeout',
    retryable: true,
  })
}

/** The others have the mail. It is tried again for those who were refused, as long as one of them may be taken later. */
function partlyRefused(refused: readonly RefusedRecipient[], all: number): DeliveryError {
  const later = refused.filter((each) => each.retryable).length
  const counts = [
    later > 0 ? `${later} of ${all} recipients were refused for now` : '',
    later < refused.length ? `${refused.length - later} of ${all} recipients were refused` : '',
  ]
  const words = counts.filter((each) => each !== '').join(', ')
  return new DeliveryError(`mail server: ${words}; the others got the mail`, {
    reason: later > 0 ? 'server_error' : 'client_error',
    retryable: later > 0,
  })
}
