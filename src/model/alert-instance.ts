import type { LabelSet } from './label-set.js'
import type { Timestamp } from './time.js'
import type { TraceMatch } from './trace-match.js'

/** What an alert says of its condition, as it was last seen to hold. */
export interface AlertFacts {
  /** With `alertname` and the labels of the rule. They are who the alert is. */
  readonly labels: LabelSet
  readonly annotations: LabelSet
  readonly value: number
  /** A few traces, the newest first. */
  readonly exemplars: readonly TraceMatch[]
}

/** Its condition holds, but not yet for long enough. Nobody is told. */
export interface PendingAlert extends AlertFacts {
  readonly state: 'pending'
  /** Since when the condition holds; moved on by an outage, which does not count. */
  readonly activeAt: Timestamp
  /** When the condition was last seen to hold. */
  readonly seenAt: Timestamp
}

export interface FiringAlert extends AlertFacts {
  readonly state: 'firing'
  readonly activeAt: Timestamp
  readonly firedAt: Timestamp
  /** Since when the condition holds no more, while `keep_firing_for` keeps the alert. */
  readonly keepFiringSince: Timestamp | undefined
  readonly lastSentAt: Timestamp | undefined
}

/** An alert that fired and has ended: kept for a while, so that everybody hears of its end. */
export interface ResolvedAlert extends AlertFacts {
  readonly state: 'inactive'
  readonly activeAt: Timestamp
  readonly firedAt: Timestamp
  readonly resolvedAt: Timestamp
  readonly lastSentAt: Timestamp | undefined
}

/** One alert of a rule as `rule` keeps it and `store` saves it. An alert that is none of these is not kept. */
export type AlertInstance = PendingAlert | FiringAlert | ResolvedAlert
