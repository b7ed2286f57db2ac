import { MINUTE_MS, type Timestamp } from '../model/time.js'

const DAY_MS = 24 * 60 * MINUTE_MS

/** A moment by the clock and the calendar of a place. */
export interface ZonedTime {
  readonly year: number
  /** From 1. */
  readonly month: number
  /** From 1. */
  readonly day: number
  /** 0 for Sunday. */
  readonly weekday: number
  readonly minuteOfDay: number
}

/** Whether it is a time zone of the IANA database that this machine knows. */
export function isTimeZone(timeZone: string): boolean {
  try {
    createFormat(timeZone)
    return true
  } catch {
    return false
  }
}

/** The time zone that settings mean: UTC where they name none, and that of this machine by `Local`. */
export function toTimeZone(location: string | undefined): string {
  return location === 'Local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : (location ?? 'UTC')
}

export function toZonedTime(timeZone: string, at: Timestamp): ZonedTime {
  return readWall(at + offsetAt(timeZone, at))
}

/** The calendar day so many days away from a moment, by the calendar of a place, at its midnight. */
export function dayAway(timeZone: string, at: Timestamp, days: number): ZonedTime {
  const wall = at + offsetAt(timeZone, at) + days * DAY_MS
  return { ...readWall(wall), minuteOfDay: 0 }
}

/** As written on a wall: Unix milliseconds as if the place were in UTC. */
function readWall(wall: number): ZonedTime {
  const date = new Date(wall)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    minuteOfDay: date.getUTCHours() * 60 + date.getUTCMinutes(),
  }
}

/**
 * When a minute of a day begins at a place. One that comes twice, as clocks are set back, begins the first time; one that
 * is left out, as they are set forward, begins when they are.
 */
export function toMoment(timeZone: string, { year, month, day }: ZonedTime, minuteOfDay: number): Timestamp {
  const wall = Date.UTC(year, month - 1, day, 0, minuteOfDay)
  const [before, after] = [wall - DAY_MS, wall + DAY_MS].map((near) => wall - offsetAt(timeZone, near))
  const candidates = [before ?? wall, after ?? wall].sort((a, b) => a - b)
  const exact = candidates.find((each) => each + offsetAt(timeZone, each) === wall)
  return exact ?? findChange(timeZone, candidates[0] ?? wall, candidates[1] ?? wall)
}

/** The first minute between two at which the offset is that of the second. */
function findChange(timeZone: string, early: Timestamp, late: Timestamp): Timestamp {
  const wanted = offsetAt(timeZone, late)
  let [low, high] = [early, late]
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS
    if (offsetAt(timeZone, middle) === wanted) high = middle
    else low = middle
  }
  return high
}

interface Zone {
  readonly format: Intl.DateTimeFormat
  /** The last answer, as a moment is asked for many times. */
  minute: number
  offset: number
}

/** One for each time zone of the configuration; all that there are would be 600. */
const zones = new Map<string, Zone>()

/** How far the clocks of a place are ahead of UTC, in milliseconds. */
function offsetAt(timeZone: string, at: Timestamp): number {
  const zone = zones.get(timeZone) ?? { format: createFormat(timeZone), minute: Number.NaN, offset: 0 }
  zones.set(timeZone, zone)
  const minute = Math.floor(at / MINUTE_MS)
  if (zone.minute !== minute) {
    zone.offset = readOffset(zone.format, minute * MINUTE_MS)
    zone.minute = minute
  }
  return zone.offset
}

function readOffset(format: Intl.DateTimeFormat, at: Timestamp): number {
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const get = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
  const wall = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second'))
  return wall - at
}

function createFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
}
