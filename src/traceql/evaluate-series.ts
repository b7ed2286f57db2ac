import { absentValue } from './absent-value.js'
import { combineSeries, combineWithNumber, filterSeries } from './combine-series.js'
import { rankSeries } from './rank-series.js'
import type { BucketedSeries } from './series.js'
import type { MetricsOptions } from './series-store.js'
import type { MetricsExpression, MetricsPipeline, SeriesOperation, Static } from './tree.js'

type SeriesSet = readonly BucketedSeries[]

/** Where the series of the parts that take spans come from, and how absent ones are treated. */
export interface SeriesOrigin {
  seriesOf(leaf: MetricsPipeline): SeriesSet
  readonly absentCounts: MetricsOptions['absentCounts']
}

/** The series of a metrics query, given those of its parts that take spans: arithmetic, comparisons and rankings. */
export function evaluateSeries(expression: MetricsExpression, origin: SeriesOrigin): SeriesSet {
  switch (expression.kind) {
    case 'MetricsPipeline':
      return origin.seriesOf(expression)
    case 'SeriesRanking':
      return rankSeries(expression.function, expression.limit, evaluateSeries(expression.source, origin))
    case 'SeriesFilter': {
      const { operator, value, source } = expression
      return filterSeries(operator, toNumber(value), evaluateSeries(source, origin))
    }
    case 'SeriesOperation':
      return evaluateOperation(expression, origin)
  }
}

function evaluateOperation({ operator, left, right }: SeriesOperation, origin: SeriesOrigin): SeriesSet {
  if (right.kind === 'Static') {
    if (left.kind === 'Static') throw new TypeError('two constants make no series')
    return combineWithNumber(operator, evaluateSeries(left, origin), toNumber(right), 'right')
  }
  const rightSeries = evaluateSeries(right, origin)
  if (left.kind === 'Static') return combineWithNumber(operator, rightSeries, toNumber(left), 'left')
  const leftSeries = evaluateSeries(left, origin)
  if (origin.absentCounts === 'dropped') return combineSeries(operator, leftSeries, rightSeries)
  const absent = { left: absentValue(left), right: absentValue(right) }
  return combineSeries(operator, leftSeries, rightSeries, absent)
}

const NANOS_PER_SECOND = 1e9

/** A duration is compared in seconds. */
function toNumber({ type, value }: Static): number {
  return type === 'duration' ? Number(value) / NANOS_PER_SECOND : Number(value)
}

/** The parts of a metrics query that take spans, in the order of the query. */
export function findLeaves(expression: MetricsExpression | Static): readonly MetricsPipeline[] {
  switch (expression.kind) {
    case 'Static':
      return []
    case 'MetricsPipeline':
      return [expression]
    case 'SeriesRanking':
    case 'SeriesFilter':
      return findLeaves(expression.source)
    case 'SeriesOperation':
      return [...findLeaves(expression.left), ...findLeaves(expression.right)]
  }
}
