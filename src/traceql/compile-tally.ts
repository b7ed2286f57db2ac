import { compileReader } from './compile-field.js'
import { compileSpanCondition } from './compile-filter.js'
import { TraceqlError } from './error.js'
import { fieldType } from './field-type.js'
import type { Condition } from './frame.js'
import type { TimeBuckets } from './metrics-window.js'
import { createLabeller } from './series-labels.js'
import type { Budget } from './series-store.js'
import type { Tally, Together } from './tally.js'
import { createCompareTally } from './tally-compare.js'
import { createCountTally } from './tally-counts.js'
import { createExactQuantileTally } from './tally-exact-quantile.js'
import { createHistogramTally, createQuantileTally } from './tally-histogram.js'
import { createValueTally } from './tally-values.js'
import type { Field, MetricsAggregate, MetricsCompare } from './tree.js'

const NANOS_PER_SECOND = 1e9

/** Starts to collect spans for one function of a query. */
type TallyStart = (buckets: TimeBuckets, budget: Budget) => Tally

/**
 * How the metrics stage takes spans that have one resource, name, kind and status: many at once, where it looks at nothing
 * else.
 */
export function togetherOf(aggregate: MetricsAggregate | MetricsCompare): Together {
  if (aggregate.kind === 'MetricsCompare' || !aggregate.by.every(isOfShape)) return undefined
  const { field } = aggregate
  if (field === undefined) return 'count'
  return field.kind === 'Intrinsic' && field.name === 'duration' ? 'durations' : undefined
}

const OF_THE_SHAPE: ReadonlySet<string> = new Set(['name', 'kind', 'status'])

function isOfShape(field: Field): boolean {
  if (field.kind === 'Intrinsic') return OF_THE_SHAPE.has(field.name)
  return field.scope === 'resource' && !field.ofParent
}

/** Compiles the metrics stage of a pipeline. */
export function compileTally(aggregate: MetricsAggregate | MetricsCompare, text: string): TallyStart {
  if (aggregate.kind === 'MetricsCompare') return compileCompare(aggregate, text)
  const { function: name, field, quantiles, by } = aggregate
  for (const used of [...by, ...(field === undefined ? [] : [field])]) rejectParent(used, text)
  const hasOwnLabel = name === 'histogram_over_time' || name === 'quantile_over_time'
  const labeller = createLabeller(by, name, hasOwnLabel, text)
  if (name === 'rate' || name === 'count_over_time' || field === undefined) {
    return (buckets, budget) =>
      createCountTally(labeller, budget, buckets.timestamps.length, name === 'rate' ? buckets.seconds : 1)
  }
  const read = compileReader(field, { text, choice: 'first' })
  const isDuration = fieldType(field) === 'duration'
  if (name === 'histogram_over_time' || name === 'quantile_over_time') {
    const unit = isDuration ? NANOS_PER_SECOND : 1
    return (buckets, budget) => {
      const { length } = buckets.timestamps
      if (name === 'histogram_over_time') return createHistogramTally(read, unit, labeller, budget, length)
      const createTally =
        budget.options.quantiles === 'exact' ? createExactQuantileTally : createQuantileTally
      return createTally(quantiles, read, unit, labeller, budget, length)
    }
  }
  // Tempo gives a span's duration in seconds, and leaves the other durations in nanoseconds.
  const unit = field.kind === 'Intrinsic' && field.name === 'duration' ? NANOS_PER_SECOND : 1
  return (buckets, budget) => createValueTally(name, read, unit, labeller, budget, buckets.timestamps.length)
}

function compileCompare({ filter, topN, between }: MetricsCompare, text: string): TallyStart {
  const passes = compileSpanCondition(filter.expression, { text, choice: 'each' })
  const isUnlimited = between === undefined || (between.startUnixNano === 0n && between.endUnixNano === 0n)
  const isSelected: Condition = isUnlimited
    ? passes
    : (frame) => {
        const { startTimeUnixNano } = frame.span
        return (
          startTimeUnixNano >= between.startUnixNano &&
          startTimeUnixNano <= between.endUnixNano &&
          passes(frame)
        )
      }
  return (buckets, budget) => createCompareTally(isSelected, topN, budget, buckets.timestamps.length)
}

function rejectParent(field: Field, text: string): void {
  const isParent = field.kind === 'Attribute' ? field.ofParent : field.name === 'parent'
  if (isParent) unsupported(text, field.at, 'the parent of a span')
}

function unsupported(text: string, at: number, what: string): never {
  throw new TraceqlError({ stage: 'unsupported', text, at, problem: `${what} is not supported here` })
}
