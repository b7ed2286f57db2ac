import type { Signal } from './finding.js'
import type { LabelSet } from './label-set.js'

/** Where a rule stands: for messages, and to tell two rules of one name apart. */
export interface RulePlace {
  /** The path as the user wrote it; empty for a built-in rule. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
}

export const COMPARISONS = ['>', '>=', '<', '<=', '=', '!='] as const
export type Comparison = (typeof COMPARISONS)[number]

/** A condition on the value of a sample, such as `< 5`. */
export interface ValueCondition {
  readonly comparison: Comparison
  readonly value: number
}

/** What an evaluation comes to where the window holds no trace at all. */
export const NO_DATA_BEHAVIOURS = ['ok', 'keep', 'alerting'] as const
export type NoDataBehaviour = (typeof NO_DATA_BEHAVIOURS)[number]

/** What an evaluation that fails does to the alerts: they stay as they are, or one fires that says so. It never resolves any. */
export const ERROR_BEHAVIOURS = ['keep', 'alerting'] as const
export type ErrorBehaviour = (typeof ERROR_BEHAVIOURS)[number]

interface AlertingRuleCommon {
  /** The name of the alert. */
  readonly alert: string
  /** TraceQL, checked. */
  readonly expr: string
  /** The expression looks at the last so many milliseconds up to the end of the window. */
  readonly windowMs: number
  /** How long a condition must hold before the alert fires, in milliseconds. */
  readonly forMs: number
  /** How long an alert goes on firing when its condition holds no more, in milliseconds. */
  readonly keepFiringForMs: number
  /** The window ends at least so long before the evaluation. */
  readonly queryOffsetMs: number
  /** More alerts than this at once are an error of the rule; 0 for no limit. */
  readonly limit: number
  /** Templates, as Prometheus allows them. */
  readonly labels: LabelSet
  /** Templates. */
  readonly annotations: LabelSet
  /** An alert that fires goes on until its value satisfies this; undefined where it ends with its condition. */
  readonly resolveWhen: ValueCondition | undefined
  readonly noData: NoDataBehaviour
  readonly onError: ErrorBehaviour
  readonly place: RulePlace
}

/** Alerts on the series of a TraceQL metrics query, one alert a series. */
export interface MetricRule extends AlertingRuleCommon {
  readonly kind: 'metric'
}

/** Alerts on the traces that match a TraceQL search. */
export interface MatchRule extends AlertingRuleCommon {
  readonly kind: 'match'
  /** The attributes and intrinsics that make the instances, as TraceQL text, such as `rootServiceName` or `span.http.route`. */
  readonly groupBy: readonly string[]
  /** How many distinct traces of an instance must match. */
  readonly threshold: number
  /** How many distinct traces there must be in the window, matching or not. */
  readonly minTraffic: number
}

/** How much unlike normal something must be: `high` tells of less. */
export const SENSITIVITIES = ['low', 'medium', 'high'] as const
export type Sensitivity = (typeof SENSITIVITIES)[number]

/**
 * Alerts on what is unlike normal, one alert for each service that is to blame. Its expression is a spanset filter: only
 * the spans that it picks are looked at.
 */
export interface AnomalyRule extends AlertingRuleCommon {
  readonly kind: 'anomaly'
  readonly signals: readonly Signal[]
  readonly sensitivity: Sensitivity
  /** An operation is judged once it was called so often. */
  readonly minTraffic: number
  /** Nothing is told before spans have been seen for so long, in milliseconds. */
  readonly warmUpMs: number
}

export type AlertingRule = MetricRule | MatchRule | AnomalyRule

/** Rules that are evaluated together, in order, on one interval. */
export interface RuleGroup {
  readonly name: string
  readonly file: string
  readonly intervalMs: number
  readonly rules: readonly AlertingRule[]
}
