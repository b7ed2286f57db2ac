import { HTTP_ANSWERS } from '../http/answers.js'
import { readEither, readUrl } from '../http/http-access.js'
import { toIdempotencyHeader } from '../http/idempotency-key.js'
import { createHttpSender, type SendingOptions } from '../http/sender.js'
import type { AlertNotifier, NotifierSurroundings } from '../notifier.js'
import { checkPosted, quoteCode } from './answers.js'
import type { SlackReceiverConfig } from './config.js'
import { encodeSlack } from './encode.js'

const POST_MESSAGE = new URL('https://slack.com/api/chat.postMessage')

/** A message in a Slack channel: by an incoming webhook, or by chat.postMessage with a token. */
export function createSlackNotifier(
  config: SlackReceiverConfig,
  surroundings: NotifierSurroundings,
): AlertNotifier {
  const { secrets: reader } = surroundings
  const sender = createHttpSender(surroundings, { timeoutMs: config.timeout, http: config.http_config })
  const byToken = config.token !== undefined || config.token_file !== undefined

  return {
    lane: 'alerts',
    sendResolved: config.send_resolved ?? false,
    encode: (notification) => encodeSlack(notification, config, surroundings),
    deliver: async ({ body, contentType }, { idempotencyKey, signal }) => {
      const headers = { 'content-type': contentType, 'idempotency-key': toIdempotencyHeader(idempotencyKey) }
      const options: SendingOptions = { answers: HTTP_ANSWERS, signal, secrets: [], quote: quoteCode }
      if (!byToken) {
        const url = await readUrl(config.api_url, config.api_url_file, reader)
        await sender.send({ url, headers, body }, options)
        return
      }
      const token = await readEither(config.token, config.token_file, reader)
      const request = {
        url: config.web_api_url ?? POST_MESSAGE,
        headers: { ...headers, authorization: `Bearer ${token}` },
        body,
      }
      checkPosted(await sender.send(request, { ...options, secrets: [token] }))
    },
    close: () => sender.close(),
  }
}
