import type { Timestamp } from '../../model/time.js'
import { InputError } from '../query/input-error.js'
import { readDuration, readMoment } from '../query/read-times.js'
import { readTogether } from '../query/read-together.js'

/** When a silence is active, as the user wrote it. */
export interface PeriodTexts {
  readonly duration?: string
  readonly start?: string
  readonly end?: string
}

/** From now on where nothing is said of the start. Throws an `InputError` with all faults. */
export function readPeriod(
  { duration, start, end }: PeriodTexts,
  now: Timestamp,
): { readonly startsAt: Timestamp; readonly endsAt: Timestamp } {
  const read = readTogether({
    isOne: () => checkOneOf(duration, end),
    startsAt: () => (start === undefined ? now : readMoment('--start', start)),
    durationMs: () => (duration === undefined ? undefined : readDuration('--duration', duration)),
    until: () => (end === undefined ? undefined : readMoment('--end', end)),
  })
  const { startsAt, durationMs, until } = read
  const endsAt = durationMs === undefined ? (until ?? startsAt) : startsAt + durationMs
  if (endsAt > startsAt) return { startsAt, endsAt }
  throw new InputError('--end: expected a time after the start')
}

function checkOneOf(duration: string | undefined, end: string | undefined): void {
  if ((duration === undefined) !== (end === undefined)) return
  throw new InputError('--duration and --end: expected one of the two, to say how long the silence lasts')
}
