import type { CheckedQuery } from './check.js'
import { fieldType } from './field-type.js'
import type { MetricsExpression, OrderOperator, Static } from './tree.js'

/** A metrics query that ends in a comparison, taken apart. */
export interface SplitComparison {
  /** The query without it, which has the values of those series too that do not compare so. */
  readonly values: CheckedQuery
  readonly operator: OrderOperator
  readonly threshold: number
  /**
   * What a value is multiplied by before it is compared. As in Tempo, most durations are measured in nanoseconds, and a
   * duration to compare with is in seconds: `max_over_time(trace:duration) > 2s` would hold for every trace.
   */
  readonly scale: number
}

const NANOS_PER_SECOND = 1e9

/** Undefined for a query that does not end in a comparison. */
export function splitComparison(checked: CheckedQuery): SplitComparison | undefined {
  const { root } = checked
  if (root.kind !== 'SeriesFilter') return undefined
  const { operator, value, source } = root
  const isDuration = value.type === 'duration'
  return {
    values: { ...checked, root: source },
    operator,
    threshold: toSeconds(value),
    scale: isDuration && isInNanos(source) ? 1 / NANOS_PER_SECOND : 1,
  }
}

function toSeconds({ type, value }: Static): number {
  return type === 'duration' ? Number(value) / NANOS_PER_SECOND : Number(value)
}

const ALWAYS_IN_SECONDS: ReadonlySet<string> = new Set(['quantile_over_time', 'histogram_over_time'])

function isInNanos(expression: MetricsExpression): boolean {
  if (expression.kind === 'SeriesRanking') return isInNanos(expression.source)
  if (expression.kind !== 'MetricsPipeline' || expression.aggregate.kind !== 'MetricsAggregate') return false
  const { function: name, field } = expression.aggregate
  if (field === undefined || ALWAYS_IN_SECONDS.has(name)) return false
  const isSpanDuration = field.kind === 'Intrinsic' && field.name === 'duration'
  return fieldType(field) === 'duration' && !isSpanDuration
}
