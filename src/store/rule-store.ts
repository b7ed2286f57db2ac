import type { Alert } from '../model/alert.js'
import type { AlertInstance } from '../model/alert-instance.js'
import type { Fingerprint } from '../model/label-set.js'
import type { OutgoingMessage } from '../model/outbox.js'
import type { Timestamp } from '../model/time.js'
import type { TraceId } from '../model/trace-id.js'

/** Which rule an alert belongs to, in a form that lasts: the same before and after a restart. */
export type RuleKey = string

export interface SavedAlert {
  readonly rule: RuleKey
  readonly alert: AlertInstance
}

/** That a rule has told of a trace, so that it is told once. */
export interface ToldTrace {
  readonly rule: RuleKey
  readonly traceId: TraceId
  /** Until when it is remembered: as long as the trace can be seen again. */
  readonly expiresAt: Timestamp
}

/** What one evaluation changes. */
export interface Evaluation {
  readonly at: Timestamp
  /** New, or in place of the alert of the same rule with the same labels. */
  readonly saved: readonly SavedAlert[]
  readonly removed: readonly { readonly rule: RuleKey; readonly fingerprint: Fingerprint }[]
  /** What is told because of it; handed on once it is committed. A store of deliveries keeps it for dispatch. */
  readonly alerts: readonly Alert[]
  /** Traces that are told of because of it. */
  readonly told?: readonly ToldTrace[] | undefined
  /** What leaves because of it past the grouping: anomalies on their way to their receivers. */
  readonly outbox?: readonly OutgoingMessage[] | undefined
}

/** What rules must know after a restart. */
export interface RuleStore {
  /** Every alert that was saved and not removed. */
  loadAlerts(): Promise<readonly SavedAlert[]>
  /** Keeps an evaluation as a whole, or rejects and keeps nothing of it. */
  commit(evaluation: Evaluation): Promise<void>
}

/** What rules have told of. */
export interface ToldStore {
  /** What is remembered at this moment, the first to be forgotten first. */
  loadTold(at: Timestamp): Promise<readonly ToldTrace[]>
}
