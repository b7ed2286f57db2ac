import type { Alert } from '../model/alert.js'
import { toFingerprint } from '../model/label-set.js'
import type { Message } from '../model/message.js'
import type { AnomalyNotification, AnyNotification, Notification } from '../model/notification.js'
import type { OutgoingMessage, Target } from '../model/outbox.js'
import type { AlertNotifier, AnomalyNotifier } from './notifier.js'
import type { Integration } from './integration.js'
import { digestOf } from './text/digest-of.js'

/**
 * The messages that a notification becomes at one target: none where it is of another lane or there is nothing to tell, one
 * for alerts, and for anomalies as many as it takes to tell each.
 */
export function encodeFor(
  integration: Integration,
  notification: AnyNotification,
): readonly OutgoingMessage[] {
  return encodeAll(integration, notification).map((message) => ({ ...message, address: integration.address }))
}

function encodeAll(integration: Integration, notification: AnyNotification): readonly OutgoingMessage[] {
  const { target, notifier } = integration
  const idempotencyKey = toIntegrationKey(notification.idempotencyKey, integration)
  if (notifier.lane === 'alerts') {
    return notification.lane === 'alerts'
      ? encodeAlerts(target, notifier, { ...notification, idempotencyKey })
      : []
  }
  return notification.lane === 'anomalies'
    ? encodeAnomalies(target, notifier, { ...notification, idempotencyKey })
    : []
}

/**
 * The key of a notification at one integration. Two integrations of a receiver may lead to the same service, which would
 * take what the second says for a repeat of the first.
 */
function toIntegrationKey(key: string, { kind, index }: Integration): string {
  return `${key}-${kind}-${index}`
}

function encodeAlerts(
  target: Target,
  notifier: AlertNotifier,
  notification: Notification,
): readonly OutgoingMessage[] {
  if (notification.isOnlyForEnds === true && !notifier.sendResolved) return []
  const alerts = notifier.sendResolved
    ? notification.alerts
    : notification.alerts.filter(({ status }) => status === 'firing')
  if (alerts.length === 0) return []
  const status = alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved'
  const says = notifier.latestOnly === true ? { says: digestAlerts(alerts) } : {}
  return [
    { ...toOutgoing(target, notification, notifier.encode({ ...notification, alerts })), status, ...says },
  ]
}

/** The same for the same alerts in the same state, in any order, however long they are said to last. */
function digestAlerts(alerts: readonly Alert[]): string {
  const lines = alerts.map(({ labels, startsAt, status }) =>
    JSON.stringify([toFingerprint(labels), startsAt, status]),
  )
  return digestOf(lines.toSorted().join('\n'))
}

/** What does not fit into one message goes into two, each with a key of its own that is the same for every repeat. */
function encodeAnomalies(
  target: Target,
  notifier: AnomalyNotifier,
  notification: AnomalyNotification,
): readonly OutgoingMessage[] {
  const { anomalies, idempotencyKey } = notification
  const message = notifier.encode(notification)
  if (message.leftOut === 0 || anomalies.length === 1) return [toOutgoing(target, notification, message)]
  if (notifier.batch) {
    const half = Math.ceil(anomalies.length / 2)
    const parts = [anomalies.slice(0, half), anomalies.slice(half)]
    return parts.flatMap((part, index) =>
      encodeAnomalies(target, notifier, {
        ...notification,
        anomalies: part,
        idempotencyKey: `${idempotencyKey}-${index}`,
      }),
    )
  }
  return anomalies.map((anomaly, index) => {
    const one = { ...notification, anomalies: [anomaly], idempotencyKey: `${idempotencyKey}-${index}` }
    return toOutgoing(target, one, notifier.encode(one))
  })
}

function toOutgoing(target: Target, notification: AnyNotification, message: Message): OutgoingMessage {
  const { lane, groupKey, idempotencyKey, at } = notification
  return { target, lane, groupKey, idempotencyKey, message, createdAt: at }
}
