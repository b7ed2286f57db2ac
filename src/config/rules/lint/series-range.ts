import type {
  MetricsAggregate,
  MetricsExpression,
  MetricsPipeline,
  SeriesOperation,
  Static,
} from '../../../traceql/index.js'
import { toNumber } from '../read-condition.js'
import { isShare } from './is-share.js'
import { ANY_VALUE, FROM_ZERO, type ValueRange } from './value-range.js'

/** The values that series can have; wider than they are where that cannot be told. */
export function seriesRange(expression: MetricsExpression | Static): ValueRange {
  switch (expression.kind) {
    case 'Static': {
      const value = toNumber(expression)
      return value === undefined ? ANY_VALUE : { least: value, most: value }
    }
    case 'MetricsPipeline':
      return pipelineRange(expression)
    case 'SeriesRanking':
    case 'SeriesFilter':
      return seriesRange(expression.source)
    case 'SeriesOperation':
      return isShare(expression) ? { least: 0, most: 1 } : operationRange(expression)
  }
}

function pipelineRange({ aggregate }: MetricsPipeline): ValueRange {
  return aggregate.kind === 'MetricsAggregate' && isFromZero(aggregate) ? FROM_ZERO : ANY_VALUE
}

const COUNTING: ReadonlySet<string> = new Set(['rate', 'count_over_time', 'histogram_over_time'])
const DURATIONS: ReadonlySet<string> = new Set(['duration', 'traceDuration', 'event:timeSinceStart'])

/** Counts and durations are never negative. */
function isFromZero({ function: name, field }: MetricsAggregate): boolean {
  return COUNTING.has(name) || (field?.kind === 'Intrinsic' && DURATIONS.has(field.name))
}

function operationRange({ operator, left, right }: SeriesOperation): ValueRange {
  const [a, b] = [seriesRange(left), seriesRange(right)]
  if (operator === '+') return { least: a.least + b.least, most: a.most + b.most }
  if (operator === '-') return { least: a.least - b.most, most: a.most - b.least }
  if (a.least < 0 || b.least < 0) return ANY_VALUE
  if (operator === '*') return { least: a.least * b.least, most: product(a.most, b.most) }
  // What is divided by zero has no value.
  return { least: quotient(a.least, b.most), most: b.least > 0 ? a.most / b.least : Number.POSITIVE_INFINITY }
}

function product(left: number, right: number): number {
  return left === 0 || right === 0 ? 0 : left * right
}

function quotient(left: number, right: number): number {
  return Number.isFinite(left) && right > 0 ? left / right : 0
}
