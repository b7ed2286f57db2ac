import { Counter, Gauge, type Registry } from 'prom-client'

/** What is counted of alerting rules. `rule_group` is `<file>;<group>`, as in Prometheus. */
export type RuleMetrics = ReturnType<typeof createRuleMetrics>

export function createRuleMetrics(registry: Registry) {
  const registers = [registry]
  const labelNames = ['rule_group'] as const
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers })
  const byGroup = (name: string, help: string): Counter<'rule_group'> =>
    new Counter({ name, help, labelNames, registers })
  const gaugeByGroup = (name: string, help: string): Gauge<'rule_group'> =>
    new Gauge({ name, help, labelNames, registers })

  return {
    ruleEvaluations: byGroup(
      'tracebell_rule_evaluations_total',
      'Evaluations of rules, failed ones included.',
    ),
    ruleFailures: byGroup('tracebell_rule_evaluation_failures_total', 'Evaluations of rules that failed.'),
    rulePartial: byGroup(
      'tracebell_rule_evaluations_partial_total',
      'Evaluations of rules that saw only a part of the traces, and so ended no alert.',
    ),
    ruleGroupIterations: byGroup(
      'tracebell_rule_group_iterations_total',
      'Evaluations of a rule group that were due, whether made or missed.',
    ),
    ruleGroupLate: byGroup(
      'tracebell_rule_group_iterations_late_total',
      'Evaluations of a rule group that began late because the one before was still running.',
    ),
    ruleGroupMissed: byGroup(
      'tracebell_rule_group_iterations_missed_total',
      'Evaluations of a rule group left out because one before ran past their time.',
    ),
    ruleGroupDuration: gaugeByGroup(
      'tracebell_rule_group_last_duration_seconds',
      'How long the last evaluation of a rule group took.',
    ),
    ruleGroupLastEvaluation: gaugeByGroup(
      'tracebell_rule_group_last_evaluation_timestamp_seconds',
      'When a rule group was last evaluated, in Unix seconds.',
    ),
    ruleGroupInterval: gaugeByGroup('tracebell_rule_group_interval_seconds', 'The interval of a rule group.'),
    ruleGroupRules: gaugeByGroup('tracebell_rule_group_rules', 'The rules of a rule group.'),
    ruleCommitFailures: counter(
      'tracebell_rule_commit_failures_total',
      'Evaluations that could not be saved; nothing of them was told, and the next ones make up for them.',
    ),
    templateFaults: counter(
      'tracebell_rule_template_failures_total',
      'Texts of labels and annotations that could not be filled in and say so.',
    ),
    untoldTraces: counter(
      'tracebell_rule_untold_traces_total',
      'Traces that matched in an evaluation and were not told one by one, as an alert had too many.',
    ),
    forgottenAlerts: counter(
      'tracebell_rule_forgotten_alerts_total',
      'Ended alerts forgotten before their time because a rule had too many.',
    ),
  }
}
