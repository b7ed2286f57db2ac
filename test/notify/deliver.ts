import { onTestFinished } from 'vitest'
import type { Notification } from '../../src/model/notification.js'
import { DeliveryError } from '../../src/notify/delivery-error.js'
import type { AlertNotifier, Notifier } from '../../src/notify/notifier.js'
import { buildNotification } from './build-notification.js'

/** The notifier, if it is for alerts; its connections are closed when the test ends. */
export function forAlerts(notifier: Notifier): AlertNotifier {
  onTestFinished(() => notifier.close())
  if (notifier.lane !== 'alerts') throw new Error('this notifier is not for alerts')
  return notifier
}

/** Encodes a notification and delivers it once. */
export async function deliverOnce(
  notifier: AlertNotifier,
  notification: Notification = buildNotification(),
  { attempt = 1, signal = new AbortController().signal } = {},
): Promise<void> {
  const { idempotencyKey } = notification
  await notifier.deliver(notifier.encode(notification), { idempotencyKey, attempt, signal })
}

/** How a delivery that must fail does. */
export async function failureOf(delivery: Promise<unknown>): Promise<DeliveryError> {
  const error: unknown = await delivery.then(
    () => new Error('it was delivered'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof DeliveryError) return error
  throw error
}
