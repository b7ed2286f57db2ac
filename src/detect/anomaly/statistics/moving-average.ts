import type { Baseline } from './baseline.js'
import type { RecentValues } from './recent-values.js'

/**
 * The mean of the last values, and how far they are from it. Summed up anew each time, as running sums would gather errors of
 * rounding. Mean and deviation are NaN where there was no value.
 */
export function averageRecent({ list }: RecentValues): Baseline {
  const weight = list.length
  const mean = list.reduce((sum, value) => sum + value, 0) / weight
  const squares = list.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: Math.sqrt(squares / weight), weight }
}
