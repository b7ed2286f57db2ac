import type { Alert } from '../model/alert.js'
import type { AlertInstance } from '../model/alert-instance.js'
import type { Fingerprint } from '../model/label-set.js'
import type { Timestamp } from '../model/time.js'

/** Which rule an alert belongs to, in a form that lasts: the same before and after a restart. */
export type RuleKey = string

export interface SavedAlert {
  readonly rule: RuleKey
  readonly alert: AlertInstance
}

/** What one evaluation changes. */
export interface Evaluation {
  readonly at: Timestamp
  /** New, or in place of the alert of the same rule with the same labels. */
  readonly saved: readonly SavedAlert[]
  readonly removed: readonly { readonly rule: RuleKey; readonly fingerprint: Fingerprint }[]
  /** What is told because of it; handed on once it is committed. */
  readonly alerts: readonly Alert[]
}

/** What rules must know after a restart. */
export interface RuleStore {
  /** Every alert that was saved and not removed. */
  loadAlerts(): Promise<readonly SavedAlert[]>
  /** Keeps an evaluation as a whole, or rejects and keeps nothing of it. */
  commit(evaluation: Evaluation): Promise<void>
}
