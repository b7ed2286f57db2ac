import { SourceError } from '../../../model/source-error.js'
import {
  estimateQuantile,
  fieldType,
  NAME_LABEL,
  QUANTILE_LABEL,
  type BucketedSeries,
  type FieldExpression,
  type LabelValue,
  type MetricsAggregate,
  type MetricsPipeline,
  type OrderOperator,
  type SeriesLabels,
  type Static,
} from '../../../traceql/index.js'
import { duration, float, operation } from '../rewrite/conditions.js'
import { toBaseQuery, type BaseQuery } from './base-query.js'
import { keyOf } from './combine-bases.js'
import { describeSpans, type SpansPlan } from './plan-leaf.js'

type Series = readonly BucketedSeries[]

/** A quantile of a series, and whether it compares as the rule wants. */
export interface QuantileSample {
  readonly labels: SeriesLabels
  readonly value: number
  readonly holds: boolean
  readonly exemplars: BucketedSeries['exemplars']
}

/** How the comparison of a quantile with a number is worked out. */
export interface QuantilePlan extends SpansPlan {
  /** All values, those above the number, those not below it, and how many there are of each size. */
  readonly bases: readonly [all: BaseQuery, above: BaseQuery, notBelow: BaseQuery, sizes: BaseQuery]
  combine(series: readonly Series[]): readonly QuantileSample[]
}

/**
 * A source knows quantiles by powers of two only, which may be twice too high; it counts exactly. The quantile is the value
 * of rank ⌈q·n⌉, so it is above a number where more than n − ⌈q·n⌉ values are. The value itself is the source's estimate,
 * moved to the right side of the number.
 */
export function planQuantile(
  leaf: MetricsPipeline,
  aggregate: MetricsAggregate,
  comparison: { readonly operator: OrderOperator; readonly literal: Static; readonly threshold: number },
): QuantilePlan {
  const { field } = aggregate
  if (field === undefined) throw new SourceError('a quantile needs a field', { reason: 'unsupported' })
  const isDuration = fieldType(field) === 'duration'
  const literal = toLiteral(comparison.literal, comparison.threshold, isDuration)
  const count = (where: FieldExpression | undefined): BaseQuery =>
    toBaseQuery(leaf, { function: 'count_over_time', field: undefined, where, numeric: field })
  return {
    ...describeSpans(leaf, aggregate),
    bases: [
      count(undefined),
      count(operation(field, '>', literal)),
      count(operation(field, '>=', literal)),
      toBaseQuery(leaf, { function: 'histogram_over_time', field, numeric: field }),
    ],
    combine: (series) => combine(aggregate.quantiles, comparison, series),
  }
}

/** Durations are compared in nanoseconds, exactly where the number was written as a duration. */
function toLiteral(literal: Static, threshold: number, isDuration: boolean): Static {
  if (!isDuration) return float(threshold)
  return literal.type === 'duration' ? duration(literal.value) : float(threshold * 1e9)
}

interface Counts {
  readonly labels: SeriesLabels
  readonly all: number
  readonly above: number
  readonly notBelow: number
  readonly sizes: readonly { readonly power: number; readonly count: number }[]
  readonly exemplars: BucketedSeries['exemplars']
}

function combine(
  quantiles: readonly number[],
  { operator, threshold }: { readonly operator: OrderOperator; readonly threshold: number },
  [all = [], above = [], notBelow = [], sizes = []]: readonly Series[],
): readonly QuantileSample[] {
  return all
    .map((series) => gather(series, above, notBelow, sizes))
    .filter((counts) => counts.all > 0)
    .flatMap((counts) =>
      [...new Set(quantiles)].map((quantile) => judge(quantile, counts, operator, threshold)),
    )
}

function gather({ labels, values }: BucketedSeries, above: Series, notBelow: Series, sizes: Series): Counts {
  const key = keyOf(labels)
  const find = (series: Series): BucketedSeries | undefined =>
    series.find((each) => keyOf(each.labels) === key)
  const valueIn = (series: Series): number => find(series)?.values[0] ?? 0
  return {
    exemplars: find(notBelow)?.exemplars ?? [],
    labels,
    all: values[0] ?? 0,
    above: valueIn(above),
    notBelow: valueIn(notBelow),
    sizes: sizes
      .filter((each) => keyOf(without(each.labels, BUCKET_LABEL)) === key)
      .map((each) => ({ power: Number(each.labels.get(BUCKET_LABEL)), count: each.values[0] ?? 0 }))
      .toSorted((left, right) => left.power - right.power),
  }
}

const BUCKET_LABEL = '__bucket'

function without(labels: SeriesLabels, name: string): SeriesLabels {
  return new Map([...labels].filter(([key]) => key !== name))
}

function judge(quantile: number, counts: Counts, operator: OrderOperator, threshold: number): QuantileSample {
  const { all, above, notBelow, sizes } = counts
  const rank = Math.max(1, Math.ceil(quantile * all))
  const isAbove = above >= all - rank + 1
  const isNotBelow = notBelow >= all - rank + 1
  const estimate = estimateQuantile(quantile, sizes)
  const labels = new Map<string, LabelValue>(namedLabels(counts.labels)).set(QUANTILE_LABEL, quantile)
  return {
    labels,
    value: moveTo(estimate, threshold, isAbove, isNotBelow),
    holds: holds(operator, isAbove, isNotBelow),
    exemplars: counts.exemplars,
  }
}

/** Beside the label of the quantile, no other one need say that nothing was grouped by. */
function namedLabels(labels: SeriesLabels): readonly (readonly [string, LabelValue])[] {
  return [...labels].filter(([name, value]) => name !== NAME_LABEL && value !== 'nil')
}

function holds(operator: OrderOperator, isAbove: boolean, isNotBelow: boolean): boolean {
  switch (operator) {
    case '>':
      return isAbove
    case '>=':
      return isNotBelow
    case '<':
      return !isNotBelow
    case '<=':
      return !isAbove
    case '=':
      return isNotBelow && !isAbove
    case '!=':
      return isAbove || !isNotBelow
  }
}

/** The estimate where it lies on the right side of the number, else the nearest value that does. */
function moveTo(estimate: number, threshold: number, isAbove: boolean, isNotBelow: boolean): number {
  const step = Math.max(Math.abs(threshold) * Number.EPSILON, Number.MIN_VALUE)
  if (isAbove) return Math.max(estimate, threshold + step)
  return isNotBelow ? threshold : Math.min(estimate, threshold - step)
}
