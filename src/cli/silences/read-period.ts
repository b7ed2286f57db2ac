import type { Timestamp } from '../../model/time.js'
import { InputError } from '../query/input-error.js'
import { readDuration, readMoment } from '../query/read-times.js'

/** When a silence is active, as the user wrote it. */
export interface PeriodTexts {
  readonly duration?: string
  readonly start?: string
  readonly end?: string
}

/** From now on where nothing is said of the start. Throws an `InputError`. */
export function readPeriod(
  { duration, start, end }: PeriodTexts,
  now: Timestamp,
): { readonly startsAt: Timestamp; readonly endsAt: Timestamp } {
  if ((duration === undefined) === (end === undefined)) {
    throw new InputError('--duration and --end: expected one of the two, to say how long the silence lasts')
  }
  const startsAt = start === undefined ? now : readMoment('--start', start)
  const endsAt = duration === undefined ? readEnd(end) : startsAt + readDuration('--duration', duration)
  if (endsAt > startsAt) return { startsAt, endsAt }
  throw new InputError('--end: expected a time after the start')
}

function readEnd(text = ''): Timestamp {
  return readMoment('--end', text)
}
