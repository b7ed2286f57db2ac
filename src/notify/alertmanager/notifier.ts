import { DeliveryError, toDeliveryError } from '../delivery-error.js'
import { HTTP_ANSWERS } from '../http/answers.js'
import { toIdempotencyHeader } from '../http/idempotency-key.js'
import { quoteJson } from '../http/quote-json.js'
import { createHttpSender } from '../http/sender.js'
import type { AlertNotifier, NotifierSurroundings } from '../notifier.js'
import type { AlertmanagerReceiverConfig } from './config.js'
import { encodeAlerts } from './encode.js'
import { renewEnds } from './renew-ends.js'

/**
 * Pushes alerts to Alertmanagers, to all at once. It is enough that one takes them. A refusal is final: of a batch with one
 * bad alert Alertmanager has kept the good ones.
 */
export function createAlertmanagerNotifier(
  config: AlertmanagerReceiverConfig,
  surroundings: NotifierSurroundings,
): AlertNotifier {
  const { links, clock } = surroundings
  const sender = createHttpSender(surroundings, { timeoutMs: config.timeout, http: config.http_config })
  return {
    lane: 'alerts',
    latestOnly: true,
    sendResolved: true,
    encode: (notification) => encodeAlerts(notification, { links, utf8Labels: config.utf8_labels ?? false }),
    deliver: async (message, { signal, idempotencyKey }) => {
      const body = renewEnds(message, clock.now())
      const headers = {
        'content-type': message.contentType,
        'idempotency-key': toIdempotencyHeader(idempotencyKey),
      }
      const options = { answers: HTTP_ANSWERS, signal, secrets: [], quote: quoteJson('message') }
      const posts = config.urls.map((url) => sender.send({ url: toAlertsUrl(url), headers, body }, options))
      await untilTaken(posts)
    },
    close: () => sender.close(),
  }
}

function toAlertsUrl(base: URL): URL {
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v2/alerts`
  return url
}

/** Waits for all, so that none is cut off; throws where none was taken. */
async function untilTaken(posts: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(posts)
  const errors = outcomes.flatMap((each) =>
    each.status === 'rejected' ? [toDeliveryError(each.reason)] : [],
  )
  const [first] = errors
  if (first === undefined || errors.length < outcomes.length) return
  const retried = errors.find(({ retryable }) => retryable)
  throw new DeliveryError(errors.map(({ message }) => message).join('; '), retried ?? first)
}
