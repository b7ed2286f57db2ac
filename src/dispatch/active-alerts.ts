import type { Alert } from '../model/alert.js'
import { toFingerprint, type Fingerprint } from '../model/label-set.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'
import type { HeldAlert } from './alert-group.js'
import { holdAlert, isFiringAt, mergeAlert } from './held-alert.js'

/** The alerts that fire, and those that have ended not long ago. */
export interface ActiveAlerts {
  /** Takes note of an alert. */
  put(alert: Alert, at: Timestamp): PutAlert
  values(): Iterable<HeldAlert>
  readonly size: number
}

/**
 * What became of an alert that was told: `held` is left out where there are too many. An end that everybody has been told
 * of is told again for a while by whoever watches the alert; that is no news.
 */
export interface PutAlert {
  readonly held: HeldAlert | undefined
  readonly isNews: boolean
}

/** Ends are told again for 15 minutes; so long an alert that has ended is known. */
const ENDED_KEPT_MS = 16 * MINUTE_MS

/** `onForget` is told of every alert that is let go. */
export function createActiveAlerts(most: number, onForget: (held: HeldAlert) => void): ActiveAlerts {
  const alerts = new Map<Fingerprint, HeldAlert>()
  let sweptAt: Timestamp = 0
  /** When room was made last: where there was none, there is none a moment later. */
  let emptiedAt: Timestamp = 0

  function sweep(at: Timestamp, keptMs: number): void {
    for (const held of alerts.values()) {
      if (held.groups.size > 0 || isFiringAt(held.alert, at) || held.alert.endsAt + keptMs > at) continue
      alerts.delete(held.fingerprint)
      onForget(held)
    }
  }

  function add(alert: Alert, at: Timestamp): PutAlert {
    if (alerts.size >= most && emptiedAt !== at) {
      emptiedAt = at
      sweep(at, 0)
    }
    if (alerts.size >= most) return { held: undefined, isNews: false }
    const held = holdAlert(alert, at)
    alerts.set(held.fingerprint, held)
    return { held, isNews: true }
  }

  return {
    put: (alert, at) => {
      if (at - sweptAt >= MINUTE_MS) {
        sweptAt = at
        sweep(at, ENDED_KEPT_MS)
      }
      const held = alerts.get(toFingerprint(alert.labels))
      if (held === undefined) return add(alert, at)
      if (isToldEnd(held, alert)) return { held, isNews: false }
      held.alert = mergeAlert(held.alert, alert)
      held.updatedAt = at
      return { held, isNews: true }
    },
    values: () => alerts.values(),
    get size() {
      return alerts.size
    },
  }
}

function isToldEnd({ alert: known, groups }: HeldAlert, alert: Alert): boolean {
  const isSameEnd =
    known.status === 'resolved' && alert.status === 'resolved' && known.endsAt === alert.endsAt
  return isSameEnd && groups.size === 0
}
