import type { AlertingRule } from '../../model/alerting-rule.js'
import { meetsCondition } from '../../model/meets-condition.js'
import type { RuleMeasure } from '../../model/rule-sample.js'
import { SourceError } from '../../model/source-error.js'
import type { RecordedEvaluation, RuleInGroup } from './explanation.js'

/** Evaluations that are shown even where the state needs fewer. */
export const LEAST_EVALUATIONS = 5
/** Each costs its queries. */
export const MOST_EVALUATIONS = 120

/**
 * How many evaluations tell where the rule stands at the last of them, whatever came before: `for` and `keep_firing_for`
 * have run out within them. No more than `MOST_EVALUATIONS`.
 */
export function countNeeded({ group, rule }: RuleInGroup): number {
  const spanMs = rule.forMs + rule.keepFiringForMs
  return Math.min(MOST_EVALUATIONS, LEAST_EVALUATIONS + Math.ceil(spanMs / group.intervalMs))
}

/** Whether these evaluations, in order of time, leave no alert pending or firing, whatever was before them. */
export function endsAll(rule: AlertingRule, evaluations: readonly RecordedEvaluation[]): boolean {
  const [first, last] = [evaluations[0], evaluations.at(-1)]
  if (first === undefined || last === undefined) return false
  const isLongEnough = last.at - first.at >= rule.keepFiringForMs
  return isLongEnough && evaluations.every(({ measured }) => isQuiet(rule, measured))
}

/** Whether an evaluation lets every alert of the rule end. */
function isQuiet(rule: AlertingRule, measured: RuleMeasure | SourceError): boolean {
  if (measured instanceof SourceError || measured.completeness === 'partial') return false
  if (!measured.hasData && rule.noData !== 'ok') return false
  const { resolveWhen } = rule
  return measured.samples.every(
    ({ holds, value }) => !holds && (resolveWhen === undefined || meetsCondition(value, resolveWhen)),
  )
}
