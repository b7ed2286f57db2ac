import { type AnswerTable, HTTP_ANSWERS } from '../http/answers.js'
import { readEither } from '../http/http-access.js'
import { quoteJson } from '../http/quote-json.js'
import { createHttpSender } from '../http/sender.js'
import type { AlertNotifier, NotifierSurroundings } from '../notifier.js'
import type { PagerdutyReceiverConfig } from './config.js'
import { encodePagerduty } from './encode.js'

const ENQUEUE = new URL('https://events.pagerduty.com/v2/enqueue')

/** https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic */
export const PAGERDUTY_ANSWERS: AnswerTable = [
  { statuses: [400], outcome: 'given up', reason: 'client_error', means: 'the event is invalid' },
  { statuses: [429], outcome: 'retried', reason: 'rate_limited', means: 'too many events at a time' },
  ...HTTP_ANSWERS,
]

/** An incident in PagerDuty, by Events API v2. */
export function createPagerdutyNotifier(
  config: PagerdutyReceiverConfig,
  surroundings: NotifierSurroundings,
): AlertNotifier {
  const { secrets: reader } = surroundings
  const sender = createHttpSender(surroundings, { timeoutMs: config.timeout, http: config.http_config })
  return {
    lane: 'alerts',
    sendResolved: config.send_resolved ?? true,
    encode: (notification) => encodePagerduty(notification, config, surroundings),
    deliver: async ({ body, contentType }, { signal }) => {
      const key = await readEither(config.routing_key, config.routing_key_file, reader)
      const request = {
        url: config.url ?? ENQUEUE,
        headers: { 'content-type': contentType },
        body: withRoutingKey(body, key),
      }
      const quote = quoteJson('message', 'errors')
      await sender.send(request, { answers: PAGERDUTY_ANSWERS, signal, secrets: [key], quote })
    },
    close: () => sender.close(),
  }
}

/** The key goes in front: the event itself is never parsed again, so that every attempt sends the same bytes. */
function withRoutingKey(body: string, key: string): string {
  return `{"routing_key":${JSON.stringify(key)},${body.slice(1)}`
}
