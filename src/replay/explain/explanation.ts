import type { AlertingRule, RuleGroup } from '../../model/alerting-rule.js'
import type { RuleMeasure, RulePlan } from '../../model/rule-sample.js'
import type { Freshness } from '../../model/source.js'
import type { SourceError } from '../../model/source-error.js'
import type { Timestamp } from '../../model/time.js'
import type { RuleStatus } from '../../rule/group-status.js'

export { DETAIL_ANNOTATION } from '../../rule/trouble.js'

/** The rule that is asked about, in its group. */
export interface RuleInGroup {
  readonly group: RuleGroup
  readonly rule: AlertingRule
}

/** What measuring the rule came to at one moment. */
export interface RecordedEvaluation {
  readonly at: Timestamp
  readonly measured: RuleMeasure | SourceError
}

/** An evaluation, and where the rule stood after it. */
export interface PlayedEvaluation extends RecordedEvaluation {
  readonly status: RuleStatus
}

/** How many distinct traces overlap a window, matching or not. */
export interface Traffic {
  readonly traces: number
  /** Whether there may be more: nobody counts on beyond what matters. */
  readonly isAtLeast: boolean
}

/** Evaluations of one rule, played through its life cycle. */
export interface RuleHistory {
  /** In order of time; the last is the one that was asked for. There is one at least. */
  readonly evaluations: readonly PlayedEvaluation[]
  /** Whether no alert can have been pending or have fired before the first of them; else some may have begun earlier. */
  readonly beginsQuiet: boolean
}

/** Why a rule does or does not fire. */
export interface Explanation extends RuleInGroup {
  /** Where it was asked, for people. */
  readonly source: string
  /** The moment of the evaluation that is explained. */
  readonly at: Timestamp
  /** What runs where, or why nothing can. */
  readonly plan: RulePlan['queries'] | SourceError
  /** Undefined where nobody could say. */
  readonly freshness: Freshness | undefined
  readonly traffic: Traffic | undefined
  readonly history: RuleHistory
  /** Whether the source, a file, ended in the middle. */
  readonly isCutOff?: boolean | undefined
  /** What else is to be known of the source, such as lines that could not be read; a sentence each. */
  readonly notes: readonly string[]
}
