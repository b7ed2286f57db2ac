import { parsePrometheusDuration } from '../../api/tempo/prometheus-duration.js'
import type { QueryTimes } from '../../query/query-request.js'
import { InputError } from './input-error.js'

/** The window as the user wrote it. */
export interface TimeTexts {
  readonly since?: string | undefined
  readonly start?: string | undefined
  readonly end?: string | undefined
}

/** Throws an `InputError` for a time that is none, and for a window that is told twice. */
export function readTimes({ since, start, end }: TimeTexts): QueryTimes {
  if (since !== undefined && start !== undefined) {
    throw new InputError('--since and --start: expected one of the two, as both say where the window starts')
  }
  return {
    sinceMs: since === undefined ? undefined : readDuration('--since', since),
    start: start === undefined ? undefined : readMoment('--start', start),
    end: end === undefined ? undefined : readMoment('--end', end),
  }
}

const TEN_YEARS_MS = 10 * 366 * 86_400_000

/** A duration in milliseconds, above zero. Throws an `InputError` that names the option. */
export function readDuration(option: string, text: string): number {
  const durationMs = parsePrometheusDuration(text)
  if (durationMs !== undefined && durationMs > 0 && durationMs <= TEN_YEARS_MS) return durationMs
  const expected = durationMs === undefined ? 'a duration' : 'a duration above 0 and of at most 10 years,'
  throw new InputError(
    `${option}: found ${JSON.stringify(text)}, expected ${expected} such as 15s, 1h30m or 7d`,
  )
}

const UNIX_SECONDS = /^\d{1,10}(?:\.\d{1,9})?$/
const RFC3339 = /^\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:\d\d))?$/

/** A moment in Unix milliseconds. Throws an `InputError` that names the option. */
export function readMoment(option: string, text: string): number {
  if (UNIX_SECONDS.test(text)) return Math.round(Number(text) * 1000)
  const at = RFC3339.test(text) ? Date.parse(text.toUpperCase()) : Number.NaN
  if (at >= 0 && isDay(text.slice(0, DAY_LENGTH))) return at
  const expected = 'a time such as 2026-01-31T12:00:00Z, 2026-01-31 (UTC), or Unix seconds'
  throw new InputError(`${option}: found ${JSON.stringify(text)}, expected ${expected}`)
}

const DAY_LENGTH = 'YYYY-MM-DD'.length

/** The 31st of February is read as the 3rd of March otherwise. */
function isDay(text: string): boolean {
  return new Date(Date.parse(text)).toISOString().startsWith(text)
}
