import type { Timestamp } from '../model/time.js'
import type { Parsed } from '../schema/parsed.js'
import { toMoment } from './zoned-time.js'

const EXPECTED =
  'a moment such as 2026-12-24T22:00 (by the clock of location), 2026-12-24T22:00:00Z or 2026-12-24T22:00+01:00'
/** Offsets go from -12:00 to +14:00; any below 15 hours is taken. */
const MOMENT = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/

/** Reads a moment; one that says no offset is by the clock of a place. */
export function readMoment(text: string, timeZone: string): Parsed<Timestamp> {
  const match = MOMENT.exec(text)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (match ?? [])
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const wall = Date.UTC(year, month - 1, day, hour, minute, second)
  if (match === null || !isReal(wall, [month, day, hour, minute])) return { expected: EXPECTED }
  const offset = match[7]
  if (offset !== undefined) return { value: wall - toOffsetMs(offset) }
  const date = { year, month, day, weekday: 0, minuteOfDay: 0 }
  return { value: toMoment(timeZone, date, hour * 60 + minute) + second * 1000 }
}

/** There is no 31st of June, which would be taken for the 1st of July. */
function isReal(wall: number, parts: readonly number[]): boolean {
  const date = new Date(wall)
  const real = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()]
  return real.every((part, index) => part === parts[index])
}

function toOffsetMs(offset: string): number {
  if (offset === 'Z') return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6))
  return (offset.startsWith('-') ? -1 : 1) * minutes * 60_000
}
