import type { Reader } from './frame.js'
import { estimateQuantile } from './quantile.js'
import type { Labeller } from './series-labels.js'
import type { BucketedSeries, SeriesLabels } from './series.js'
import type { Budget, SeriesEntry, SeriesStore } from './series-store.js'
import { createSeriesStore } from './series-store.js'
import type { Tally } from './tally.js'
import { QUANTILE_LABEL } from './tally-exact-quantile.js'

const BUCKET_LABEL = '__bucket'

/** Counts by time bucket, for each power of two. */
type Histogram = Map<number, Float64Array>

/** `histogram_over_time`: how many values lie in each power of two, as a series of its own. */
export function createHistogramTally(
  read: Reader,
  unit: number,
  labeller: Labeller,
  budget: Budget,
  buckets: number,
): Tally {
  const { store, observe, observeAlike } = createHistograms(read, unit, labeller, budget, buckets)
  return {
    observe,
    observeAlike,
    series: () => store.entries().flatMap((entry) => showHistogram(entry, unit)),
    emptySeries: () => [],
  }
}

/** `quantile_over_time`: quantiles estimated from the powers of two; 0 where there are no values. */
export function createQuantileTally(
  quantiles: readonly number[],
  read: Reader,
  unit: number,
  labeller: Labeller,
  budget: Budget,
  buckets: number,
): Tally {
  const { store, observe, observeAlike } = createHistograms(read, unit, labeller, budget, buckets)
  const distinct = [...new Set(quantiles)]
  return {
    observe,
    observeAlike,
    series: () =>
      store
        .entries()
        .flatMap((entry) => distinct.map((quantile) => showQuantile(entry, quantile, unit, buckets))),
    emptySeries: () => [],
  }
}

interface Histograms {
  readonly store: SeriesStore<Histogram>
  readonly observe: Tally['observe']
  readonly observeAlike: Tally['observeAlike']
}

function createHistograms(
  read: Reader,
  unit: number,
  labeller: Labeller,
  budget: Budget,
  buckets: number,
): Histograms {
  const store = createSeriesStore<Histogram>(labeller, budget, 0, () => new Map())
  const countsOf = (histogram: Histogram, power: number): Float64Array | undefined => {
    const known = histogram.get(power)
    if (known !== undefined || !budget.takeCells(buckets)) return known
    const counts = new Float64Array(buckets)
    histogram.set(power, counts)
    return counts
  }
  /** Whether there was room for it. */
  const count = (histogram: Histogram, bucket: number, raw: bigint): boolean => {
    const counts = countsOf(histogram, powerAbove(raw))
    if (counts !== undefined) counts[bucket] = (counts[bucket] ?? 0) + 1
    return counts !== undefined
  }
  return {
    store,
    observe: (bucket, frame) => {
      const raw = read(frame)
      if (typeof raw !== 'bigint' || raw < SMALLEST_VALUE) return
      const entry = store.entryOf(frame)
      if (entry === undefined || !count(entry.state, bucket, raw)) return
      store.noteMeasured(entry, frame, Number(raw) / unit)
    },
    observeAlike: (bucket, frame, { durations, exemplars }) => {
      const entry = durations.length === 0 ? undefined : store.entryOf(frame)
      if (entry === undefined) return
      for (const duration of durations) {
        if (duration >= SMALLEST_VALUE) count(entry.state, bucket, BigInt(duration))
      }
      store.noteAlike(entry, exemplars, true)
    },
  }
}

/** Integers below this, and floats, are in no bucket, as in Tempo. */
const SMALLEST_VALUE = 2n

/** The least power of two that is not below the value, as a float tells it. */
function powerAbove(value: bigint): number {
  return 2 ** (BigInt(Number(value)) - 1n).toString(2).length
}

function showHistogram(
  { labels, state, exemplars }: SeriesEntry<Histogram>,
  unit: number,
): readonly BucketedSeries[] {
  return [...state].map(([power, counts]) => ({
    labels: withLabel(labels, BUCKET_LABEL, power / unit),
    values: counts.slice(),
    exemplars: exemplars.filter(({ value }) => value * unit <= power && value * unit > power / 2),
  }))
}

function showQuantile(
  { labels, state, exemplars }: SeriesEntry<Histogram>,
  quantile: number,
  unit: number,
  buckets: number,
): BucketedSeries {
  const powers = [...state].sort(([left], [right]) => left - right)
  const values = new Float64Array(buckets)
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const counts = powers.map(([power, all]) => ({ power, count: all[bucket] ?? 0 }))
    values[bucket] = estimateQuantile(quantile, counts) / unit
  }
  return { labels: withLabel(labels, QUANTILE_LABEL, quantile), values, exemplars: [...exemplars] }
}

function withLabel(labels: SeriesLabels, name: string, value: number): SeriesLabels {
  return new Map(labels).set(name, value)
}
