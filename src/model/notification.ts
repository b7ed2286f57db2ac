import type { Alert } from './alert.js'
import type { Anomaly } from './anomaly.js'
import type { LabelSet } from './label-set.js'
import type { Timestamp } from './time.js'

interface NotificationCommon {
  /** The name of the receiver that is told. */
  readonly receiver: string
  /** When it was decided that it is told. */
  readonly at: Timestamp
  /** The same for the same transition to the same receiver, however often it is sent: by it a receiver knows a repeat. */
  readonly idempotencyKey: string
  /** What is told in order: a message waits for those before it with the same key. */
  readonly groupKey: string
  /** In words, what was left out or folded into this notification; undefined where nothing was. */
  readonly foldedNote?: string | undefined
  /** Where people reach this tracebell; empty where that is not known. */
  readonly externalUrl: string
}

/** A group of alerts on its way to one receiver. */
export interface Notification extends NotificationCommon {
  readonly lane: 'alerts'
  /** The labels that all its alerts share because they were grouped by them. */
  readonly groupLabels: LabelSet
  /** Those that fire and those that have ended; never empty. */
  readonly alerts: readonly Alert[]
  /** Whether only ends are news in it: those who do not want to hear of ends are not told again what fires. */
  readonly isOnlyForEnds?: boolean | undefined
}

/** An anomaly that stands for others like it. */
export type ToldAnomaly = Anomaly & {
  /** How many more like it were folded into it; undefined or 0 where none were. */
  readonly similar?: number | undefined
}

/** Anomalies on their way to a receiver that wants each of them, past grouping. */
export interface AnomalyNotification extends NotificationCommon {
  readonly lane: 'anomalies'
  /** Never empty; more than one where a receiver takes them in batches. */
  readonly anomalies: readonly ToldAnomaly[]
}

export type AnyNotification = Notification | AnomalyNotification
