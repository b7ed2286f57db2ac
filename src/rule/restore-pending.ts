import type { PendingAlert } from '../model/alert-instance.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'

/** What was pending before a longer outage begins anew. */
export const OUTAGE_TOLERANCE_MS = 60 * MINUTE_MS

/** After a restart an alert is seen for at least so long, or for all of its `for` where that is shorter, before it fires. */
export const GRACE_PERIOD_MS = 10 * MINUTE_MS

/**
 * A pending alert as it goes on after a restart at `at`, by the rules of Prometheus; undefined where it begins anew.
 * The outage, from when it was last seen, does not count towards `for`.
 */
export function restorePending(
  alert: PendingAlert,
  at: Timestamp,
  { forMs }: Pick<AlertingRule, 'forMs'>,
): PendingAlert | undefined {
  const outageMs = Math.max(0, at - alert.seenAt)
  if (outageMs >= OUTAGE_TOLERANCE_MS || forMs < GRACE_PERIOD_MS) return undefined
  const leftMs = forMs - (alert.seenAt - alert.activeAt)
  if (leftMs <= 0) return alert
  const activeAt = leftMs < GRACE_PERIOD_MS ? at + GRACE_PERIOD_MS - forMs : alert.activeAt + outageMs
  return { ...alert, activeAt }
}
