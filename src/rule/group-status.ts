import type { AlertingRule, RuleGroup } from '../model/alerting-rule.js'
import type { Interval, Timestamp } from '../model/time.js'
import type { RuleKey } from '../store/rule-store.js'
import type { RuleHealth, Verdict } from './judge-rule.js'
import type { Alerts, FindingsByAlert, TracesByAlert } from './look-at-measure.js'

/** Where a rule stands after its last evaluation. */
export interface RuleStatus {
  readonly rule: AlertingRule
  readonly key: RuleKey
  /** `unknown` until it has been evaluated. */
  readonly health: RuleHealth
  readonly lastError: string | undefined
  readonly verdict: Verdict | undefined
  /** What the last evaluation looked at; undefined where it failed. */
  readonly window: Interval | undefined
  /** All traces that the last evaluation knows of the alerts that hold. */
  readonly traces: TracesByAlert
  /** What the last evaluation found, of the alerts of a rule on what is unlike normal that hold. */
  readonly findings: FindingsByAlert
  /** What is pending or fires, and what has ended a short while ago. */
  readonly alerts: Alerts
}

/** Where a rule group stands. Its rules are measured together, so that they share one time and one duration. */
export interface GroupStatus {
  readonly group: RuleGroup
  readonly lastEvaluation: Timestamp | undefined
  /** How long it took. */
  readonly evaluationMs: number
  readonly rules: readonly RuleStatus[]
}
