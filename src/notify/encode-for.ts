import type { Message } from '../model/message.js'
import type { AnomalyNotification, AnyNotification, Notification } from '../model/notification.js'
import type { OutgoingMessage, Target } from '../model/outbox.js'
import type { AlertNotifier, AnomalyNotifier, Notifier } from './notifier.js'

/**
 * The messages that a notification becomes at one target: none where it is of another lane or there is nothing to tell, one
 * for alerts, and for anomalies as many as it takes to tell each.
 */
export function encodeFor(
  target: Target,
  notifier: Notifier,
  notification: AnyNotification,
): readonly OutgoingMessage[] {
  if (notifier.lane === 'alerts') {
    return notification.lane === 'alerts' ? encodeAlerts(target, notifier, notification) : []
  }
  return notification.lane === 'anomalies' ? encodeAnomalies(target, notifier, notification) : []
}

function encodeAlerts(
  target: Target,
  notifier: AlertNotifier,
  notification: Notification,
): readonly OutgoingMessage[] {
  const alerts = notifier.sendResolved
    ? notification.alerts
    : notification.alerts.filter(({ status }) => status === 'firing')
  if (alerts.length === 0) return []
  return [toOutgoing(target, notification, notifier.encode({ ...notification, alerts }))]
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
