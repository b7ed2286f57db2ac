import type { AlertingRule } from '../../model/alerting-rule.js'
import { SourceError } from '../../model/source-error.js'
import { planMatch, type MatchPlan } from './match/plan-match.js'
import { planMetric, type MetricPlan } from './metric/plan-metric.js'

/** How a rule is measured on a source. */
export type MeasurePlan = MatchPlan | MetricPlan

/** Plans rules, each once; what cannot be planned is answered by its error. */
export type PlanRule = (rule: AlertingRule) => MeasurePlan | SourceError

export function createRulePlanner(): PlanRule {
  const plans = new WeakMap<AlertingRule, MeasurePlan | SourceError>()
  return (rule) => {
    const known = plans.get(rule)
    if (known !== undefined) return known
    const plan = planOrError(rule)
    plans.set(rule, plan)
    return plan
  }
}

function planOrError(rule: AlertingRule): MeasurePlan | SourceError {
  try {
    return rule.kind === 'match' ? planMatch(rule) : planMetric(rule)
  } catch (error) {
    if (error instanceof SourceError) return error
    throw error
  }
}
