import type { Baseline } from './baseline.js'
import { countScales, type ScaleFloor } from './scale-floor.js'

export interface ZScoreOptions {
  readonly floor: ScaleFloor
  /** A baseline that weighs less judges nothing. */
  readonly minWeight: number
}

/**
 * By how many standard deviations a value lies above its baseline, or below it where negative; the deviation is no smaller
 * than the floor. 0 while the baseline is not known well enough. Judge a value before it is added to its baseline.
 */
export function scoreByMean(value: number, baseline: Baseline, { floor, minWeight }: ZScoreOptions): number {
  if (!(baseline.weight >= minWeight && baseline.weight > 0)) return 0
  return countScales(value, baseline.mean, baseline.deviation, floor)
}
