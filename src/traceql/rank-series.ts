import { orderLabels } from './order-labels.js'
import type { BucketedSeries } from './series.js'
import { hasValues } from './series.js'
import type { SeriesRanking } from './tree.js'

interface Ranked {
  readonly series: BucketedSeries
  readonly kept: Float64Array
}

/**
 * `topk` and `bottomk`: at each time the `limit` greatest or least values, the others being dropped. Of equal values
 * `topk` keeps those whose labels come first, `bottomk` those whose labels come last.
 */
export function rankSeries(
  name: SeriesRanking['function'],
  limit: number,
  all: readonly BucketedSeries[],
): readonly BucketedSeries[] {
  const direction = name === 'topk' ? -1 : 1
  const ranked = all.map((series): Ranked => ({
    series,
    kept: new Float64Array(series.values.length).fill(Number.NaN),
  }))
  const byLabels = ranked.toSorted(
    (left, right) => -direction * orderLabels(left.series.labels, right.series.labels),
  )
  const length = all[0]?.values.length ?? 0
  for (let index = 0; index < length; index += 1) keepBest(byLabels, index, limit, direction)
  return ranked.map(({ series, kept }) => ({ ...series, values: kept })).filter(hasValues)
}

/** The sort is stable, so that equal values stay in the order of their labels. */
function keepBest(byLabels: readonly Ranked[], index: number, limit: number, direction: number): void {
  const valueOf = ({ series }: Ranked): number => series.values[index] ?? Number.NaN
  byLabels
    .filter((candidate) => !Number.isNaN(valueOf(candidate)))
    .sort((left, right) => direction * (valueOf(left) - valueOf(right)))
    .slice(0, limit)
    .forEach((candidate) => {
      candidate.kept[index] = valueOf(candidate)
    })
}
