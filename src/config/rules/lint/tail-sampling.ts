import type { MetricsExpression, Static } from '../../../traceql/index.js'
import type { Finding, Lint } from './lint.js'

const WHY =
  'the source holds what tail sampling kept, which is not a share of the traffic: errors and slow traces are kept more often'

/** Counts that would mean something only over all traces. */
export const lintTailSampling: Lint = ({ rule, query: { root }, options: { sampling } }) => {
  if (sampling !== 'tail') return []
  const findings: Finding[] = []
  if (root.kind !== 'Pipeline' && counts(root))
    findings.push({ path: ['expr'], problem: `this rate counts spans, but ${WHY}` })
  if (rule.kind === 'anomaly')
    findings.push({
      path: ['anomaly'],
      problem: `this learns how often calls are made, fail and are slow, but ${WHY}`,
    })
  if (rule.kind === 'match' && rule.minTraffic > 0) {
    findings.push({ path: ['min_traffic'], problem: `this counts traces, but ${WHY}` })
  }
  return findings
}

function counts(expression: MetricsExpression | Static): boolean {
  switch (expression.kind) {
    case 'Static':
      return false
    case 'MetricsPipeline':
      return (
        expression.aggregate.kind === 'MetricsAggregate' &&
        (expression.aggregate.function === 'rate' || expression.aggregate.function === 'count_over_time')
      )
    case 'SeriesRanking':
    case 'SeriesFilter':
      return counts(expression.source)
    case 'SeriesOperation':
      return counts(expression.left) || counts(expression.right)
  }
}
