import type { Message } from '../../model/message.js'
import { type AnswerTable, HTTP_ANSWERS } from '../http/answers.js'
import { readEither } from '../http/http-access.js'
import { quoteJson } from '../http/quote-json.js'
import { createHttpSender } from '../http/sender.js'
import type { AlertNotifier, NotifierSurroundings } from '../notifier.js'
import type { OpsgenieReceiverConfig } from './config.js'
import { encodeOpsgenie } from './encode.js'

const REGIONS = { us: 'https://api.opsgenie.com/', eu: 'https://api.eu.opsgenie.com/' } as const

/** https://docs.opsgenie.com/docs/response */
export const OPSGENIE_ANSWERS: AnswerTable = [
  { statuses: [422], outcome: 'given up', reason: 'client_error', means: 'the request cannot be processed' },
  { statuses: [429], outcome: 'retried', reason: 'rate_limited', means: 'too many requests' },
  ...HTTP_ANSWERS,
]

/** An alert in Opsgenie. */
export function createOpsgenieNotifier(
  config: OpsgenieReceiverConfig,
  surroundings: NotifierSurroundings,
): AlertNotifier {
  const { secrets: reader } = surroundings
  const sender = createHttpSender(surroundings, { timeoutMs: config.timeout, http: config.http_config })
  const base = config.api_url ?? new URL(REGIONS[config.region ?? 'us'])
  return {
    lane: 'alerts',
    sendResolved: config.send_resolved ?? true,
    encode: (notification) => encodeOpsgenie(notification, config, surroundings),
    deliver: async (message, { signal }) => {
      const key = await readEither(config.api_key, config.api_key_file, reader)
      const request = {
        url: toUrl(base, message.facts),
        headers: { 'content-type': message.contentType, authorization: `GenieKey ${key}` },
        body: message.body,
      }
      const quote = quoteJson('message')
      await sender.send(request, { answers: OPSGENIE_ANSWERS, signal, secrets: [key], quote })
    },
    close: () => sender.close(),
  }
}

function toUrl(base: URL, { action, alias = '' }: Message['facts']): URL {
  const url = new URL(base)
  const path = action === 'close' ? `v2/alerts/${encodeURIComponent(alias)}/close` : 'v2/alerts'
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`
  if (action === 'close') url.searchParams.set('identifierType', 'alias')
  return url
}
