import type { AlertingRule } from '../../model/alerting-rule.js'
import { SourceError } from '../../model/source-error.js'
import { planMatch, type MatchPlan } from './match/plan-match.js'
import { planMetric, type MetricPlan } from './metric/plan-metric.js'

/** How a rule is measured on a source. */
export type MeasurePlan = MatchPlan | MetricPlan

/** Plans rules, each once. */
export type PlanRule = (rule: AlertingRule) => MeasurePlan | SourceError

export function createRulePlanner(): PlanRule {
  const plans = new WeakMap<AlertingRule, MeasurePlan | SourceError>()
  return (rule) => {
    const known = plans.get(rule)
    if (known !== undefined) return known
    const plan = planRule(rule)
    plans.set(rule, plan)
    return plan
  }
}

const NEEDS_SPANS = new SourceError(
  'a rule with anomaly needs every span, and is not measured over a Tempo yet',
  {
    reason: 'unsupported',
    hint: 'send the spans to tracebell as well, or backtest the rule over a file of them',
  },
)

/** The plan of a rule, or why there is none. */
export function planRule(rule: AlertingRule): MeasurePlan | SourceError {
  try {
    if (rule.kind === 'anomaly') return NEEDS_SPANS
    return rule.kind === 'match' ? planMatch(rule) : planMetric(rule)
  } catch (error) {
    if (error instanceof SourceError) return error
    throw error
  }
}
