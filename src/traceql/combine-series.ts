import { calculateFloats } from './arithmetic.js'
import { createComparator } from './compare.js'
import type { BucketedSeries, SeriesLabels } from './series.js'
import { hasValues, labelsKey, NAME_LABEL } from './series.js'
import type { OrderOperator, SeriesOperation } from './tree.js'

type SeriesSet = readonly BucketedSeries[]
type Operator = SeriesOperation['operator']

/** What stands in for a series that one side has none of; undefined where nothing does. */
export interface AbsentValues {
  readonly left: number | undefined
  readonly right: number | undefined
}

const NOTHING_ABSENT: AbsentValues = { left: undefined, right: undefined }

/**
 * Arithmetic between series of equal labels; series without a partner are dropped, unless `absent` has one for them. One
 * side that is a single series without labels meets every series of the other. No value beside any value, and a division
 * by zero, give no value.
 */
export function combineSeries(
  operator: Operator,
  left: SeriesSet,
  right: SeriesSet,
  absent: AbsentValues = NOTHING_ABSENT,
): SeriesSet {
  return pair(left, right, absent)
    .map(([first, second]) => combineTwo(operator, first, second))
    .filter(hasValues)
}

type Pair = readonly [left: BucketedSeries, right: BucketedSeries]

function pair(left: SeriesSet, right: SeriesSet, absent: AbsentValues): readonly Pair[] {
  const [onlyRight] = right
  if (onlyRight !== undefined && right.length === 1 && isUnlabelled(onlyRight)) {
    return left.map((series) => [series, onlyRight])
  }
  const [onlyLeft] = left
  if (onlyLeft !== undefined && left.length === 1 && isUnlabelled(onlyLeft)) {
    return right.map((series) => [onlyLeft, series])
  }
  return pairByLabels(left, right, absent)
}

function pairByLabels(left: SeriesSet, right: SeriesSet, absent: AbsentValues): readonly Pair[] {
  const partners = new Map(right.map((series) => [labelsKey(series.labels), series]))
  const pairs = left.flatMap((series): Pair[] => {
    const key = labelsKey(series.labels)
    const partner = partners.get(key) ?? standIn(series, absent.right)
    partners.delete(key)
    return partner === undefined ? [] : [[series, partner]]
  })
  for (const series of partners.values()) {
    const partner = standIn(series, absent.left)
    if (partner !== undefined) pairs.push([partner, series])
  }
  return pairs
}

function standIn({ labels, values }: BucketedSeries, value: number | undefined): BucketedSeries | undefined {
  return value === undefined ? undefined : { labels, values: values.map(() => value), exemplars: [] }
}

function isUnlabelled({ labels }: BucketedSeries): boolean {
  return labels.size === 1 && labels.has(NAME_LABEL)
}

function combineTwo(operator: Operator, left: BucketedSeries, right: BucketedSeries): BucketedSeries {
  const values = left.values.map((value, index) =>
    calculate(operator, value, right.values[index] ?? Number.NaN),
  )
  const { labels, exemplars } = isUnlabelled(left) ? right : left
  return { labels: nameResult(operator, left, right) ?? labels, values, exemplars }
}

function nameResult(
  operator: Operator,
  left: BucketedSeries,
  right: BucketedSeries,
): SeriesLabels | undefined {
  if (!isUnlabelled(left) || !isUnlabelled(right)) return undefined
  const name = `(${String(left.labels.get(NAME_LABEL))} ${operator} ${String(right.labels.get(NAME_LABEL))})`
  return new Map([[NAME_LABEL, name]])
}

/** As for spans, but that a division by zero has no value. */
export function calculate(operator: Operator, left: number, right: number): number {
  return operator === '/' && right === 0 ? Number.NaN : calculateFloats(operator, left, right)
}

/** Arithmetic of every value with one number, which stands on the side that is named. */
export function combineWithNumber(
  operator: Operator,
  series: SeriesSet,
  number: number,
  side: 'left' | 'right',
): SeriesSet {
  return series
    .map((one) => ({
      ...one,
      values: one.values.map((value) =>
        side === 'left' ? calculate(operator, number, value) : calculate(operator, value, number),
      ),
    }))
    .filter(hasValues)
}

/** The series without the values that do not compare so, and without those that have none left. */
export function filterSeries(operator: OrderOperator, threshold: number, series: SeriesSet): SeriesSet {
  const compare = createComparator(operator)
  return series
    .map((one) => ({
      ...one,
      values: one.values.map((value) =>
        !Number.isNaN(value) && compare(value, threshold) ? value : Number.NaN,
      ),
    }))
    .filter(hasValues)
}
