import { calculate } from './combine-series.js'
import type { MetricsExpression, Static } from './tree.js'

/**
 * The value that every series of an expression has which it does not have at all: what counts spans has counted none of
 * them. Undefined where nothing can be said.
 */
export function absentValue(expression: MetricsExpression | Static): number | undefined {
  switch (expression.kind) {
    case 'Static':
      return Number(expression.value)
    case 'MetricsPipeline':
      return isCount(expression.aggregate) ? 0 : undefined
    case 'SeriesOperation':
      return combine(expression.operator, absentValue(expression.left), absentValue(expression.right))
    case 'SeriesRanking':
    case 'SeriesFilter':
      return undefined
  }
}

function isCount(aggregate: Extract<MetricsExpression, { kind: 'MetricsPipeline' }>['aggregate']): boolean {
  if (aggregate.kind === 'MetricsCompare') return false
  return aggregate.function === 'rate' || aggregate.function === 'count_over_time'
}

function combine(
  operator: Parameters<typeof calculate>[0],
  left: number | undefined,
  right: number | undefined,
): number | undefined {
  if (left === undefined || right === undefined) return undefined
  const value = calculate(operator, left, right)
  return Number.isNaN(value) ? undefined : value
}
