import type { AlertingRule } from './alerting-rule.js'
import type { Finding } from './finding.js'
import type { LabelSet } from './label-set.js'
import type { Freshness } from './source.js'
import type { SourceError } from './source-error.js'
import type { Interval, Timestamp } from './time.js'
import type { TraceMatch } from './trace-match.js'

/** Traces that an alert shows. */
export const MOST_EXEMPLARS = 10
/** Traces that a sample of a match rule names, each of which is told of. */
export const MOST_TRACES = 1000

/** One number for one label set, with the traces that prove it. */
export interface Sample {
  /** Without the alert's name and the labels of the rule. */
  readonly labels: LabelSet
  /** Of a metric rule the value of the series, of a match rule the number of distinct traces. */
  readonly value: number
  /** Whether the rule's condition holds for it. */
  readonly holds: boolean
  /** The newest traces, the newest first: of a match rule up to `MOST_TRACES`, of a metric rule up to `MOST_EXEMPLARS`. */
  readonly exemplars: readonly TraceMatch[]
  /** Of a rule that tells what is unlike normal: what was found. */
  readonly finding?: Finding | undefined
}

/** What measuring a rule once came to. */
export interface RuleMeasure {
  /** What it was computed over: start excluded, end included. */
  readonly window: Interval
  /** Those for which the condition holds, and those for which it does not where they are known. */
  readonly samples: readonly Sample[]
  /** `partial`: the limits or the query budget were reached before everything was seen. It resolves nothing. */
  readonly completeness: 'complete' | 'partial'
  /** Whether the window held any trace at all. */
  readonly hasData: boolean
  /**
   * Traces that belong to earlier windows and came too late for them: they are counted here, and nowhere else. Undefined
   * where there are none.
   */
  readonly lateTraces?: number | undefined
}

/**
 * The way from rules to a source: measures rules that are due together, in the order in which they are given, so that
 * they can share queries. What could not be measured is answered by its error. Never rejects but when aborted. `missed` are
 * the moments since the last evaluation at which these rules were due and were not measured, the newest first.
 */
export type MeasureRules = (
  rules: readonly AlertingRule[],
  at: Timestamp,
  signal: AbortSignal,
  missed?: readonly Timestamp[],
) => Promise<readonly (RuleMeasure | SourceError)[]>

/** What runs where for a rule, and why, in words. */
export interface RulePlan {
  readonly queries: readonly {
    readonly text: string
    readonly runs: 'source' | 'here'
    readonly why: string
  }[]
  readonly freshness: Freshness
}
