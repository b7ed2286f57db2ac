import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What is counted of notifications. `target` is one integration of a receiver, as `oncall/slack[0]`. */
export type NotifyMetrics = ReturnType<typeof createNotifyMetrics>

const LATENCY_BUCKETS_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 14_400, 86_400]

export function createNotifyMetrics(registry: Registry) {
  const registers = [registry]
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers })
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers })

  return {
    notifications: counter('tracebell_notifications_total', 'Attempts to deliver a message.', 'target'),
    notificationsFailed: counter(
      'tracebell_notifications_failed_total',
      'Attempts to deliver a message that failed, by reason.',
      'target',
      'reason',
    ),
    notificationsDead: counter(
      'tracebell_notifications_dead_total',
      'Messages given up: kept as dead letters, to be seen and sent again by hand.',
      'target',
      'reason',
    ),
    notificationsLeftOut: counter(
      'tracebell_notifications_left_out_alerts_total',
      'Alerts that a message had no room for, and of which it said only how many they are.',
      'target',
    ),
    notificationLatency: new Histogram({
      name: 'tracebell_notification_latency_seconds',
      help: 'From the moment a message was put into the outbox until it was delivered.',
      labelNames: ['target'],
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    }),
    notificationsWaiting: gauge(
      'tracebell_notifications_waiting',
      'Messages in the outbox, not yet delivered.',
    ),
    notificationsInFlight: gauge('tracebell_notifications_in_flight', 'Messages that are being delivered.'),
    outboxFailures: counter(
      'tracebell_outbox_failures_total',
      'Readings and writings of the outbox that failed; they are tried again.',
    ),
  }
}
