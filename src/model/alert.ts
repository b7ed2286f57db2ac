import type { LabelSet } from './label-set.js'
import type { Timestamp } from './time.js'
import type { TraceMatch } from './trace-match.js'

/** Where an alert stands inside `rule`. */
export const ALERT_STATES = ['inactive', 'pending', 'firing'] as const
export type AlertState = (typeof ALERT_STATES)[number]

/** A lasting condition, as it leaves `rule`, in the shape in which Prometheus sends one to Alertmanager. */
export interface Alert {
  /** With `alertname` and the labels of its rule. */
  readonly labels: LabelSet
  readonly annotations: LabelSet
  /** When it began to fire. */
  readonly startsAt: Timestamp
  /** When it ended; of one that fires, when it would end if nobody said more. */
  readonly endsAt: Timestamp
  readonly status: 'firing' | 'resolved'
  /** A page that shows the rule; empty where there is none. */
  readonly generatorUrl: string
  readonly value: number
  readonly exemplars: readonly TraceMatch[]
}
