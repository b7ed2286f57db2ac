import type { AlertId } from '../model/alert-id.js'
import type { Alert } from '../model/alert.js'
import type { Fingerprint, LabelSet } from '../model/label-set.js'
import type { Route } from '../model/route.js'
import type { Timestamp } from '../model/time.js'
import type { StepRecord } from './step-record.js'

/** An alert as dispatch keeps it, while it is of interest to anybody. */
export interface HeldAlert {
  readonly fingerprint: Fingerprint
  readonly id: AlertId
  /** As it was told last. */
  alert: Alert
  updatedAt: Timestamp
  /** Those that have still to tell of it, or of its end. */
  readonly groups: Set<AlertGroup>
}

/** Alerts that are told together: those of one route that share the labels it groups by. */
export interface AlertGroup {
  /** Who it is, also after a restart. */
  readonly key: string
  /** As the newest plan that has it says. */
  route: Route
  readonly labels: LabelSet
  readonly alerts: Map<Fingerprint, HeldAlert>
  /** Of its alerts those that another plan leads elsewhere: of them only the ends are told that the receiver is owed. */
  readonly leaving: Set<Fingerprint>
  /** Whether it has waited for its `groupWaitMs` and was looked at. */
  hasFlushed: boolean
  isFlushing: boolean
  /** Flushes in a row that could not be kept. */
  failures: number
  /** What became of it when it was last looked at. */
  steps: readonly StepRecord[]
}

export function createAlertGroup(key: string, route: Route, labels: LabelSet): AlertGroup {
  return {
    key,
    route,
    labels,
    alerts: new Map(),
    leaving: new Set(),
    hasFlushed: false,
    isFlushing: false,
    failures: 0,
    steps: [],
  }
}
