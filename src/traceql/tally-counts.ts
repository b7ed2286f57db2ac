import type { Labeller } from './series-labels.js'
import type { Budget } from './series-store.js'
import { createSeriesStore } from './series-store.js'
import type { Tally } from './tally.js'

/** `count_over_time()` and, with `perSeconds` above 1, `rate()`: spans in each bucket, none being 0. */
export function createCountTally(
  labeller: Labeller,
  budget: Budget,
  buckets: number,
  perSeconds: number,
): Tally {
  const store = createSeriesStore(labeller, budget, buckets, () => new Float64Array(buckets))
  return {
    observe: (bucket, frame) => {
      const entry = store.entryOf(frame)
      if (entry === undefined) return
      entry.state[bucket] = (entry.state[bucket] ?? 0) + 1
      store.noteCounted(entry, frame)
    },
    observeAlike: (bucket, frame, { count, exemplars }) => {
      const entry = store.entryOf(frame)
      if (entry === undefined) return
      entry.state[bucket] = (entry.state[bucket] ?? 0) + count
      store.noteAlike(entry, exemplars, false)
    },
    series: () =>
      store.entries().map(({ labels, state, exemplars }) => ({
        labels,
        values: state.map((count) => count / perSeconds),
        exemplars: [...exemplars],
      })),
    emptySeries: () =>
      labeller.isGrouped ? [] : [{ labels: labeller.bare, values: new Float64Array(buckets), exemplars: [] }],
  }
}
