import type { Dice } from './dice.js'

/** How long something takes: log-normal, with a share of a heavy tail. */
export interface Latency {
  readonly medianMs: number
  readonly sigma: number
  /** How many in one are drawn out by a Pareto factor. */
  readonly tailShare: number
}

const TAIL_ALPHA = 1.6
const LONGEST_DRAW = 40
const LONGEST_MS = 30_000

/** One draw, in milliseconds. */
export function drawMs(latency: Latency, dice: Dice): number {
  const usual = dice.logNormal(latency.medianMs, latency.sigma)
  if (!dice.chance(latency.tailShare)) return usual
  const drawnOut = Math.min(LONGEST_DRAW, 1.5 * (1 - dice.share()) ** (-1 / TAIL_ALPHA))
  return Math.min(LONGEST_MS, usual * drawnOut)
}
