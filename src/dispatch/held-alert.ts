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

/** An alert in place of what was known of it: one that goes on firing began when it was first said to. */
export function mergeAlert(known: Alert, alert: Alert): Alert {
  const goesOn = isFiringAt(known, alert.startsAt) && known.startsAt < alert.startsAt
  return goesOn && alert.status === 'firing' ? { ...alert, startsAt: known.startsAt } : alert
}
