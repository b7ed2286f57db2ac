import type { AlertingRule, AnomalyRule } from '../model/alerting-rule.js'
import type { RulePlan } from '../model/rule-sample.js'
import { compileRule } from './here/compile-rule.js'

type PlannedQuery = RulePlan['queries'][number]

/** Tells what is done here of a rule over traces that are held here, and why. Throws a `SourceError` where nothing can be. */
export function explainHere(rule: AlertingRule): readonly PlannedQuery[] {
  if (rule.kind === 'anomaly') return [explainAnomaly(rule)]
  // Throws where the rule cannot be measured.
  compileRule(rule)
  const measured = rule.kind === 'match' ? explainMatch(rule.expr) : explainMetric(rule.expr)
  return [
    measured,
    { text: '', runs: 'here', why: 'counts all traces of the window: is there data, and enough traffic' },
  ]
}

function explainAnomaly({ expr, signals }: AnomalyRule): PlannedQuery {
  const why = `all spans are held here: those that the filter picks are compared with what was normal for their operation so far (${signals.join(', ')})`
  return { text: expr, runs: 'here', why }
}

function explainMatch(text: string): PlannedQuery {
  const why =
    'all spans are held here: every trace that overlaps the window is judged as a whole and counted once'
  return { text, runs: 'here', why: `${why}, in one pass with the other rules` }
}

function explainMetric(text: string): PlannedQuery {
  const why =
    'all spans are held here: those that start in the window are measured, quantiles exactly, in one pass with the other rules'
  return { text, runs: 'here', why: `${why}; the comparison comes last, so that all values are known` }
}
