import { SECOND_MS, type Interval, type Timestamp } from '../model/time.js'

/** Counts are asked in steps of at most this much: short steps cost samples, long ones make the window end early. */
const LONGEST_STEP_MS = 15 * SECOND_MS

/**
 * The step in which a window of whole seconds is counted: its longest divisor up to 15 s, so that the window is made
 * of whole steps.
 */
export function countStepMs(windowMs: number): number {
  for (let stepMs = LONGEST_STEP_MS; stepMs > SECOND_MS; stepMs -= SECOND_MS) {
    if (windowMs % stepMs === 0) return stepMs
  }
  return SECOND_MS
}

/**
 * The window (start excluded, end included) to count at a moment: `lookbackMs` long, ended behind the lag of the
 * source, on a whole step. Windows of one lookback that follow each other never count a span twice nor leave one out.
 */
export function countWindow(at: Timestamp, lookbackMs: number, lagMs: number): Interval {
  const stepMs = countStepMs(lookbackMs)
  const end = Math.floor((at - lagMs) / stepMs) * stepMs
  return { start: end - lookbackMs, end }
}
