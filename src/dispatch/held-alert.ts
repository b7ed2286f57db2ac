import { toAlertId } from '../model/alert-id.js'
import type { Alert } from '../model/alert.js'
import { toFingerprint } from '../model/label-set.js'
import type { Timestamp } from '../model/time.js'
import type { HeldAlert } from './alert-group.js'

/** An alert that no group has yet. */
export function holdAlert(alert: Alert, at: Timestamp): HeldAlert {
  return {
    fingerprint: toFingerprint(alert.labels),
    id: toAlertId(alert.labels),
    alert,
    updatedAt: at,
    groups: new Set(),
  }
}

/** Whether an alert has not ended: by its own words, or as nobody has said for too long that it goes on. */
export function isFiringAt({ status, endsAt }: Alert, at: Timestamp): boolean {
  return status === 'firing' && endsAt > at
}

/** An alert as it stands at a moment. */
export function alertAt(alert: Alert, at: Timestamp): Alert {
  return alert.status === 'resolved' || isFiringAt(alert, at) ? alert : { ...alert, status: 'resolved' }
}

/**
 * An alert in place of what was known of it, as in Alertmanager: one that goes on began when it was first said to, and
 * does not end before the latest time that was told.
 */
export function mergeAlert(known: Alert, alert: Alert): Alert {
  const goesOn = alert.status === 'firing' && isFiringAt(known, alert.startsAt)
  return goesOn
    ? {
        ...alert,
        startsAt: Math.min(known.startsAt, alert.startsAt),
        endsAt: Math.max(known.endsAt, alert.endsAt),
      }
    : alert
}
