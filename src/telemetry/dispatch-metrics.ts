import { Counter, Gauge, type Registry } from 'prom-client'

/** What is counted of dispatch. */
export type DispatchMetrics = ReturnType<typeof createDispatchMetrics>

export function createDispatchMetrics(registry: Registry) {
  const registers = [registry]
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers })
  const labelled = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers })
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers })

  return {
    dispatchAlerts: gauge(
      'tracebell_dispatch_alerts',
      'Alerts that dispatch holds, those that have just ended included.',
    ),
    dispatchGroups: gauge('tracebell_dispatch_groups', 'Groups of alerts.'),
    dispatchNotifications: labelled(
      'tracebell_dispatch_notifications_total',
      'Notifications handed on to be delivered, by receiver.',
      'receiver',
    ),
    dispatchMuted: labelled(
      'tracebell_dispatch_muted_total',
      'Alerts of which nobody was told when their group was looked at, by reason: silence, inhibition, maintenance, mute-time, outside-active-time.',
      'reason',
    ),
    dispatchFolded: labelled(
      'tracebell_dispatch_folded_total',
      'Notifications folded into others, as there was no room for them within the rate limit.',
      'receiver',
    ),
    dispatchFailures: counter(
      'tracebell_dispatch_failures_total',
      'Flushes of groups that could not be kept; nothing of them was told, and they are made up for.',
    ),
    dispatchRefused: counter(
      'tracebell_dispatch_refused_alerts_total',
      'Alerts that were not taken, as there were too many.',
    ),
    dispatchOverflow: counter(
      'tracebell_dispatch_overflow_alerts_total',
      'Alerts that came together with all others of their route, as there were too many groups.',
    ),
    suppressedAnomalies: labelled(
      'tracebell_suppressed_anomalies_total',
      'Anomalies of which nobody was told, by reason: silence, maintenance, similar (folded into another), full (too many waiting).',
      'reason',
    ),
  }
}
