import type { Reader } from './frame.js'
import { isNumber } from './compare.js'
import type { Labeller } from './series-labels.js'
import type { Budget } from './series-store.js'
import { createSeriesStore } from './series-store.js'
import type { Tally } from './tally.js'

type ValueAggregate = 'min_over_time' | 'max_over_time' | 'sum_over_time' | 'avg_over_time'

interface ValueState {
  readonly totals: Float64Array
  readonly counts: Float64Array
}

const MERGE: Readonly<Record<ValueAggregate, (total: number, value: number) => number>> = {
  min_over_time: (total, value) => Math.min(total, value),
  max_over_time: (total, value) => Math.max(total, value),
  sum_over_time: (total, value) => total + value,
  avg_over_time: (total, value) => total + value,
}

/**
 * The least, greatest, sum or mean of what `read` gives, divided by `unit`. A span without a number is left out (Tempo
 * then loses its running sum, we do not); a bucket without any has no value.
 */
export function createValueTally(
  name: ValueAggregate,
  read: Reader,
  unit: number,
  labeller: Labeller,
  budget: Budget,
  buckets: number,
): Tally {
  const merge = MERGE[name]
  const store = createSeriesStore(labeller, budget, 2 * buckets, () => createState(buckets))
  return {
    observe: (bucket, frame) => {
      const raw = read(frame)
      if (!isNumber(raw)) return
      const entry = store.entryOf(frame)
      if (entry === undefined) return
      const value = Number(raw) / unit
      const { totals, counts } = entry.state
      const count = counts[bucket] ?? 0
      totals[bucket] = count === 0 ? value : merge(totals[bucket] ?? 0, value)
      counts[bucket] = count + 1
      store.noteMeasured(entry, frame, value)
    },
    observeAlike: (bucket, frame, { durations, exemplars }) => {
      const entry = durations.length === 0 ? undefined : store.entryOf(frame)
      if (entry === undefined) return
      const { totals, counts } = entry.state
      let total = counts[bucket] === 0 ? Number.NaN : (totals[bucket] ?? 0)
      for (const duration of durations) {
        const value = duration / unit
        total = Number.isNaN(total) ? value : merge(total, value)
      }
      totals[bucket] = total
      counts[bucket] = (counts[bucket] ?? 0) + durations.length
      store.noteAlike(entry, exemplars, true)
    },
    series: () =>
      store.entries().map(({ labels, state, exemplars }) => ({
        labels,
        values: name === 'avg_over_time' ? divide(state) : state.totals.slice(),
        exemplars: [...exemplars],
      })),
    emptySeries: () => [],
  }
}

function createState(buckets: number): ValueState {
  return { totals: new Float64Array(buckets).fill(Number.NaN), counts: new Float64Array(buckets) }
}

function divide({ totals, counts }: ValueState): Float64Array {
  return totals.map((total, index) => total / (counts[index] ?? 1))
}
