import type { AlertingRule } from '../../../model/alerting-rule.js'
import type { CheckedQuery, Field, MetricsExpression, Static } from '../../../traceql/index.js'
import { readGroupField } from '../read-group-field.js'

/**
 * What of spans the alerts of a rule are told apart by: `group_by` of a search, `by (…)` of metrics. Nothing, of what is unlike
 * normal: those have labels of their own.
 */
export function groupingFields(rule: AlertingRule, { root }: CheckedQuery): readonly Field[] {
  if (rule.kind === 'match') return rule.groupBy.flatMap((text) => readGroupField(text)?.field ?? [])
  return root.kind === 'Pipeline' ? [] : fieldsOf(root)
}

function fieldsOf(expression: MetricsExpression | Static): readonly Field[] {
  switch (expression.kind) {
    case 'Static':
      return []
    case 'MetricsPipeline':
      return expression.aggregate.kind === 'MetricsAggregate' ? expression.aggregate.by : []
    case 'SeriesRanking':
    case 'SeriesFilter':
      return fieldsOf(expression.source)
    case 'SeriesOperation':
      return [...fieldsOf(expression.left), ...fieldsOf(expression.right)]
  }
}
