import type { BucketedSeries } from '../../../traceql/index.js'
import type { Merge } from './base-query.js'
import { keyOf } from './combine-bases.js'

/** Series of one value each: those of the same labels are made one. */
export function mergeSeries(
  sets: readonly (readonly BucketedSeries[])[],
  merge: Merge,
): readonly BucketedSeries[] {
  const merged = new Map<string, BucketedSeries>()
  for (const series of sets.flat()) {
    const key = keyOf(series.labels)
    const known = merged.get(key)
    merged.set(key, known === undefined ? series : mergeTwo(known, series, merge))
  }
  return [...merged.values()]
}

function mergeTwo(one: BucketedSeries, other: BucketedSeries, merge: Merge): BucketedSeries {
  const combine = MERGES[merge]
  return {
    labels: one.labels,
    values: one.values.map((value, index) => combine(value, other.values[index] ?? Number.NaN)),
    exemplars: [...one.exemplars, ...other.exemplars],
  }
}

const MERGES: Readonly<Record<Merge, (one: number, other: number) => number>> = {
  sum: (one, other) => one + other,
  min: Math.min,
  max: Math.max,
}
