import { z } from 'zod'
import { DURATION, parseDurationMs } from '../model/duration.js'
import { SECOND_MS } from '../model/time.js'

const LONGEST_MS = 366 * 24 * 3600 * SECOND_MS

const FROM_ZERO = 'a duration such as 30s, 5m or 1h30m'
const FROM_SECOND = 'a duration from 1s on, such as 30s, 5m or 1h30m'

/** A duration of at least so many milliseconds and at most a year; the error is what faults say was expected. */
function duration(leastMs: number, error: string) {
  const inBounds = (text: string): boolean => {
    const ms = parseDurationMs(text) ?? 0
    return ms >= leastMs && ms <= LONGEST_MS
  }
  return z.string({ error }).regex(DURATION, { error, abort: true }).refine(inBounds, { error })
}

/** A duration that may be nothing. YAML reads a bare 0 as a number. */
export const durationOrZero = z.union([z.literal(0, { error: FROM_ZERO }), duration(0, FROM_ZERO)], {
  error: FROM_ZERO,
})

export const durationFromSecond = duration(SECOND_MS, FROM_SECOND)

/** The milliseconds of a duration that one of these schemas has let through. */
export function toDurationMs(text: string | number): number {
  return parseDurationMs(String(text)) ?? 0
}
