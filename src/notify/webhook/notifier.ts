import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import { HTTP_ANSWERS } from '../http/answers.js'
import { readEither, readUrl } from '../http/http-access.js'
import { toIdempotencyHeader } from '../http/idempotency-key.js'
import { createHttpSender, type HttpSender } from '../http/sender.js'
import type { Delivery, Notifier, NotifierSurroundings } from '../notifier.js'
import type { WebhookReceiverConfig } from './config.js'
import { encodeAlertmanager } from './encode-alertmanager.js'
import { encodeAnomalies } from './encode-anomalies.js'
import { encodeCloudEvent } from './encode-cloud-event.js'
import { encodeTemplate } from './encode-template.js'
import { signWebhook } from './sign.js'

/** A POST to an address of the user's choice. */
export function createWebhookNotifier(
  config: WebhookReceiverConfig,
  surroundings: NotifierSurroundings,
): Notifier {
  const sender = createHttpSender(surroundings, { timeoutMs: config.timeout, http: config.http_config })
  const common = {
    sendResolved: config.send_resolved ?? true,
    deliver: (message: Message, delivery: Delivery) =>
      deliver(message, delivery, { config, surroundings, sender }),
    close: () => sender.close(),
  }
  if (config.format !== 'anomaly') {
    const encode = (notification: Notification): Message => encodeAlerts(notification, config, surroundings)
    return { ...common, lane: 'alerts', encode }
  }
  const { batch = false } = config
  return { ...common, lane: 'anomalies', batch, encode: (anomalies) => encodeAnomalies(anomalies, batch) }
}

function encodeAlerts(
  notification: Notification,
  config: WebhookReceiverConfig,
  { links, render }: NotifierSurroundings,
): Message {
  const { format, template = '', content_type: contentType = 'application/json' } = config
  const options = { links, maxAlerts: config.max_alerts ?? 0 }
  if (format === 'template')
    return encodeTemplate(notification, { ...options, template, contentType, render })
  return format === 'cloudevents'
    ? encodeCloudEvent(notification, options)
    : encodeAlertmanager(notification, options)
}

interface Sending {
  readonly config: WebhookReceiverConfig
  readonly surroundings: NotifierSurroundings
  readonly sender: HttpSender
}

async function deliver(
  { contentType, body }: Message,
  { idempotencyKey, signal }: Delivery,
  { config, surroundings: { clock, secrets: reader }, sender }: Sending,
): Promise<void> {
  const url = await readUrl(config.url, config.url_file, reader)
  const { signing_secret: secret, signing_secret_file: file } = config
  const isSigned = secret !== undefined || file !== undefined
  const signing = isSigned ? await readEither(secret, file, reader) : undefined
  const signed = signing === undefined ? {} : signWebhook({ idempotencyKey, body }, signing, clock.now())
  const request = {
    url,
    headers: {
      'content-type': contentType,
      'idempotency-key': toIdempotencyHeader(idempotencyKey),
      ...signed,
    },
    body,
  }
  await sender.send(request, { answers: HTTP_ANSWERS, signal, secrets: [] })
}
