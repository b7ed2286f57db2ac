import type { Timestamp } from '../../model/time.js'

/** The last moment that a date can hold. */
const LAST = 8_640_000_000_000_000

/** A moment as `2026-11-24T08:44:00.000Z`; one that no date can hold as the nearest that one can. */
export function toIsoTime(at: Timestamp): string {
  return new Date(Number.isNaN(at) ? 0 : Math.min(Math.max(at, -LAST), LAST)).toISOString()
}

/** A moment for people: `2026-11-24 08:44:00 UTC`. */
export function showTime(at: Timestamp): string {
  return `${toIsoTime(at).slice(0, -5).replace('T', ' ')} UTC`
}
