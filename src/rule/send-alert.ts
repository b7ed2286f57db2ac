import type { Alert } from '../model/alert.js'
import type { AlertInstance, FiringAlert, ResolvedAlert } from '../model/alert-instance.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'

/** What is told stays true for a receiver until it is told again; it is told again so often. */
export const RESEND_MS = MINUTE_MS

/** An alert that fires ends by itself where this many tellings in a row do not arrive. */
const TELLINGS_LEFT = 4

/** Whether an alert is to be told now: when it begins to fire, when it ends, and every minute in between and after. */
export function isDue(alert: AlertInstance, at: Timestamp): alert is FiringAlert | ResolvedAlert {
  if (alert.state === 'pending') return false
  const { lastSentAt } = alert
  if (lastSentAt === undefined || lastSentAt > at) return true
  if (alert.state === 'inactive' && alert.resolvedAt > lastSentAt) return true
  return at - lastSentAt >= RESEND_MS
}

/** An alert as it leaves `rule`, told at `at` by a group with this interval. */
export function toAlert(
  alert: FiringAlert | ResolvedAlert,
  at: Timestamp,
  { intervalMs, generatorUrl }: { readonly intervalMs: number; readonly generatorUrl: string },
): Alert {
  const { labels, annotations, value, exemplars, firedAt } = alert
  const firing = alert.state === 'firing'
  return {
    labels,
    annotations,
    startsAt: firedAt,
    endsAt: firing ? at + TELLINGS_LEFT * Math.max(intervalMs, RESEND_MS) : alert.resolvedAt,
    status: firing ? 'firing' : 'resolved',
    generatorUrl,
    value,
    exemplars,
  }
}
