import { isNumber } from './compare.js'
import type { Reader } from './frame.js'
import { findRank } from './find-rank.js'
import type { Labeller } from './series-labels.js'
import type { BucketedSeries } from './series.js'
import { createSeriesStore, type Budget, type SeriesEntry } from './series-store.js'
import type { Tally } from './tally.js'

export const QUANTILE_LABEL = 'p'

/** All values of a time bucket. */
interface Values {
  numbers: Float64Array
  count: number
}

/**
 * `quantile_over_time` by all values that there are: the one of rank ⌈q·n⌉, which is the rank that Tempo looks for, and
 * the first at least. A time bucket without values has no quantile.
 */
export function createExactQuantileTally(
  quantiles: readonly number[],
  read: Reader,
  unit: number,
  labeller: Labeller,
  budget: Budget,
  buckets: number,
): Tally {
  const store = createSeriesStore(labeller, budget, 0, () => new Map<number, Values>())
  const distinct = [...new Set(quantiles)]
  return {
    observe: (bucket, frame) => {
      const raw = read(frame)
      if (!isNumber(raw)) return
      const entry = store.entryOf(frame)
      if (entry === undefined) return
      const value = Number(raw) / unit
      if (Number.isNaN(value) || !reserve(entry.state, bucket, 1, budget)) return
      append(entry.state, bucket, value)
      store.noteMeasured(entry, frame, value)
    },
    observeAlike: (bucket, frame, { durations, exemplars }) => {
      const entry = durations.length === 0 ? undefined : store.entryOf(frame)
      if (entry === undefined || !reserve(entry.state, bucket, durations.length, budget)) return
      for (const duration of durations) append(entry.state, bucket, duration / unit)
      store.noteAlike(entry, exemplars, true)
    },
    series: () =>
      store.entries().flatMap((entry) => distinct.map((quantile) => showQuantile(entry, quantile, buckets))),
    emptySeries: () => [],
  }
}

const FIRST_CELLS = 16

/** Makes room for so many more; false where the budget does not let it. */
function reserve(values: Map<number, Values>, bucket: number, more: number, budget: Budget): boolean {
  const known = values.get(bucket) ?? { numbers: new Float64Array(0), count: 0 }
  const needed = known.count + more
  if (needed <= known.numbers.length) return true
  const length = Math.max(FIRST_CELLS, needed, 2 * known.count)
  if (!budget.takeCells(length - known.numbers.length)) return false
  const larger = new Float64Array(length)
  larger.set(known.numbers.subarray(0, known.count))
  known.numbers = larger
  values.set(bucket, known)
  return true
}

function append(values: Map<number, Values>, bucket: number, value: number): void {
  const known = values.get(bucket)
  if (known === undefined) return
  known.numbers[known.count] = value
  known.count += 1
}

function showQuantile(
  { labels, state, exemplars }: SeriesEntry<Map<number, Values>>,
  quantile: number,
  buckets: number,
): BucketedSeries {
  const values = new Float64Array(buckets).fill(Number.NaN)
  for (const [bucket, { numbers, count }] of state) {
    const rank = Math.max(1, Math.ceil(quantile * count))
    values[bucket] = findRank(numbers.subarray(0, count), rank)
  }
  return { labels: new Map(labels).set(QUANTILE_LABEL, quantile), values, exemplars: [...exemplars] }
}
