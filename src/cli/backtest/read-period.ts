import type { Interval, Timestamp } from '../../model/time.js'
import { InputError } from '../query/input-error.js'
import { readMoment } from '../query/read-times.js'

/** The stretch of the past that a user asks for. */
export interface PeriodTexts {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const HOUR_MS = 3_600_000
const SECOND_MS = 1000

/** The stretch of the past of a source that goes on: the last hour where nothing is said. Throws an `InputError`. */
export function readPeriod({ from, to }: PeriodTexts, now: Timestamp): Interval {
  const end = to === undefined ? Math.floor(now / SECOND_MS) * SECOND_MS : readPast('--to', to, now)
  const start = from === undefined ? end - HOUR_MS : readPast('--from', from, now)
  assertOrder(start, end)
  return { start, end }
}

/** A stretch of a file, which begins and ends where the file does if nothing is said. Throws an `InputError`. */
export function readRange({ from, to }: PeriodTexts): {
  from: Timestamp | undefined
  to: Timestamp | undefined
} {
  const start = from === undefined ? undefined : readMoment('--from', from)
  const end = to === undefined ? undefined : readMoment('--to', to)
  if (start !== undefined && end !== undefined) assertOrder(start, end)
  return { from: start, to: end }
}

function assertOrder(start: Timestamp, end: Timestamp): void {
  if (start <= end) return
  throw new InputError(`--from: found ${iso(start)}, expected a time that is not after ${iso(end)}`)
}

/** A moment that has passed. Throws an `InputError` that names the option. */
export function readPast(option: string, text: string, now: Timestamp): Timestamp {
  const at = readMoment(option, text)
  if (at <= now) return at
  throw new InputError(`${option}: found ${iso(at)}, which is yet to come; expected a time in the past`)
}

function iso(at: Timestamp): string {
  return new Date(at).toISOString()
}
