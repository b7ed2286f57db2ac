import { PARENTLESS } from '../../model/trace-glance.js'
import { WORD } from './row.js'

const HIGH_WORD = 2 ** 32

/** When the span of the row that begins at `base` starts, in Unix nanoseconds, as far as a float tells it. */
export function startNanoOf(rows: Int32Array, base: number): number {
  return ((rows[base + WORD.start + 1] ?? 0) >>> 0) * HIGH_WORD + ((rows[base + WORD.start] ?? 0) >>> 0)
}

/** How long the span takes, in nanoseconds. */
export function durationNanoOf(rows: Int32Array, base: number): number {
  const highs = ((rows[base + WORD.end + 1] ?? 0) >>> 0) - ((rows[base + WORD.start + 1] ?? 0) >>> 0)
  const lows = ((rows[base + WORD.end] ?? 0) >>> 0) - ((rows[base + WORD.start] ?? 0) >>> 0)
  return highs * HIGH_WORD + lows
}

/** Its kind, the code of its status and whether it has a parent, as `toTraits` numbers them. */
export function traitsOf(rows: Int32Array, base: number): number {
  const kindAndStatus = (rows[base + WORD.kindStatusFlagsShape] ?? 0) & 0xff
  return standsAlone(rows, base) ? kindAndStatus | PARENTLESS : kindAndStatus
}

/** Whether it has no parent. */
export function standsAlone(rows: Int32Array, base: number): boolean {
  return ((rows[base + WORD.parentIdHigh] ?? 0) | (rows[base + WORD.parentIdLow] ?? 0)) === 0
}
