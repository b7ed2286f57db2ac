import type { LogHistogram } from './log-histogram.js'
import type { RecentValues } from './recent-values.js'
import { countScales, type ScaleFloor } from './scale-floor.js'

/**
 * The median of values, and the median of how far they are from it: the MAD. Both hold as long as fewer than half of the
 * values are wild, where one is enough to spoil a mean. Hampel, "The influence curve and its role in robust estimation"
 * (1974). Both are NaN where there is no value.
 */
export interface MedianDeviation {
  readonly median: number
  readonly deviation: number
}

/** A MAD times this is the standard deviation where values are normally distributed: 1 / Φ⁻¹(3/4). */
const NORMAL_SCALE = 1.4826

/** By how many robust standard deviations a value lies above the median, or below it where negative. 0 where there is none. */
export function scoreByMedian(
  value: number,
  { median, deviation }: MedianDeviation,
  floor: ScaleFloor,
): number {
  return Number.isNaN(median) ? 0 : countScales(value, median, NORMAL_SCALE * deviation, floor)
}

/** Of the last values, exactly. */
export function findRecentDeviation({ list }: RecentValues): MedianDeviation {
  const median = medianOf(list)
  return { median, deviation: medianOf(list.map((value) => Math.abs(value - median))) }
}

/** Of a histogram, as exactly as it tells values apart: both are within about 4 % of the median. */
export function findDeviation(histogram: LogHistogram): MedianDeviation {
  const median = histogram.quantile(0.5)
  const distances: [distance: number, weight: number][] = []
  histogram.forEach((value, weight) => distances.push([Math.abs(value - median), weight]))
  distances.sort(([left], [right]) => left - right)
  return { median, deviation: weightedMedian(distances, histogram.count) }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return low === undefined || high === undefined ? Number.NaN : low + (high - low) / 2
}

function weightedMedian(
  sorted: readonly (readonly [value: number, weight: number])[],
  total: number,
): number {
  let seen = 0
  for (const [value, weight] of sorted) {
    seen += weight
    if (seen >= total / 2) return value
  }
  return sorted.at(-1)?.[0] ?? Number.NaN
}
