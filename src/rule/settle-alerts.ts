import type { Alert, AlertState } from '../model/alert.js'
import type { AlertInstance } from '../model/alert-instance.js'
import type { Fingerprint } from '../model/label-set.js'
import type { Timestamp } from '../model/time.js'
import type { Alerts } from './look-at-measure.js'
import { isDue, toAlert } from './send-alert.js'

export interface AlertChange {
  readonly from: AlertState
  readonly to: AlertState
  /** As it is now, or was before it ended untold. */
  readonly alert: AlertInstance
}

/** The alerts of a rule after an evaluation, and what follows from it. */
export interface Settled {
  /** With the time of what is told now. */
  readonly alerts: Alerts
  readonly saved: readonly AlertInstance[]
  readonly removed: readonly Fingerprint[]
  readonly told: readonly Alert[]
  readonly changes: readonly AlertChange[]
}

export interface SettleOptions {
  readonly at: Timestamp
  readonly intervalMs: number
  readonly generatorUrl: string
}

/** Finds what is to be told, saved and removed of the alerts of one rule. Nothing of it has happened yet. */
export function settleAlerts(before: Alerts, after: Alerts, options: SettleOptions): Settled {
  const { at } = options
  const alerts = new Map<Fingerprint, AlertInstance>()
  const told: Alert[] = []
  for (const [fingerprint, alert] of after) {
    const due = isDue(alert, at)
    if (due) told.push(toAlert(alert, at, options))
    alerts.set(fingerprint, due ? { ...alert, lastSentAt: at } : alert)
  }
  return {
    alerts,
    told,
    saved: [...alerts].flatMap(([fingerprint, alert]) => (before.get(fingerprint) === alert ? [] : [alert])),
    removed: [...before.keys()].filter((fingerprint) => !alerts.has(fingerprint)),
    changes: findChanges(before, alerts),
  }
}

function findChanges(before: Alerts, after: Alerts): AlertChange[] {
  return [...new Map([...before, ...after])].flatMap(([fingerprint, alert]) => {
    const from = before.get(fingerprint)?.state ?? 'inactive'
    const to = after.get(fingerprint)?.state ?? 'inactive'
    return from === to ? [] : [{ from, to, alert }]
  })
}
