import { parseDurationMs } from '../model/duration.js'
import type { MaintenanceSchedule, MaintenanceWindow } from '../model/maintenance-window.js'
import type { NumberRange } from '../model/time-interval.js'
import { MINUTE_MS } from '../model/time.js'
import type { Parsed } from '../schema/parsed.js'
import { readMoment } from './read-moment.js'
import { readMinute, readWeekdays } from './read-time-range.js'
import { isTimeZone } from './zoned-time.js'

const EXPECTED =
  'windows such as 2026-12-24T22:00Z/2026-12-25T06:00Z or saturday 22:00/4h Europe/Berlin, with a ; between them'
const LONGEST_MS = 31 * 24 * 60 * MINUTE_MS
const MOST_WINDOWS = 100

/**
 * Reads maintenance windows of one line, of everything: `from/to`, or `weekdays time/duration zone`, of which weekdays
 * (every day) and zone (UTC) may be left out. They are told apart by their number.
 */
export function readMaintenance(text: string): Parsed<readonly MaintenanceWindow[]> {
  const schedules = text.split(';').map((entry) => readSchedule(entry.trim()))
  if (schedules.length > MOST_WINDOWS) return { expected: `at most ${MOST_WINDOWS} windows` }
  const windows = schedules.flatMap((schedule, index): MaintenanceWindow[] =>
    schedule === undefined
      ? []
      : [{ name: `TEMPO_ALERT_MAINTENANCE ${index + 1}`, comment: '', matchers: [], schedule }],
  )
  return windows.length === schedules.length ? { value: windows } : { expected: EXPECTED }
}

function readSchedule(entry: string): MaintenanceSchedule | undefined {
  return readOnce(entry) ?? readRecurring(entry)
}

function readOnce(entry: string): MaintenanceSchedule | undefined {
  const [first = '', last = '', ...more] = entry.split('/').map((part) => readMoment(part.trim(), 'UTC'))
  if (first === '' || last === '' || more.length > 0) return undefined
  if (!('value' in first) || !('value' in last) || first.value >= last.value) return undefined
  return { kind: 'once', from: first.value, to: last.value }
}

/** Such as `monday:friday 22:00/90m Europe/Berlin`. */
const RECURRING = /^(?:([a-z]+(?::[a-z]+)?) )?(\d\d:\d\d)\/(\w+)(?: ([\w+-]+(?:\/[\w+-]+)*))?$/i

function readRecurring(entry: string): MaintenanceSchedule | undefined {
  const [, days, time = '', duration = '', timeZone = 'UTC'] = RECURRING.exec(entry) ?? []
  const start = readMinute(time)
  const durationMs = parseDurationMs(duration) ?? 0
  const weekdays = days === undefined ? [] : toRanges(readWeekdays(days))
  if (!('value' in start) || weekdays === undefined || !isTimeZone(timeZone)) return undefined
  if (durationMs <= 0 || durationMs > LONGEST_MS) return undefined
  const anyDay = { times: [], weekdays, daysOfMonth: [], months: [], years: [], timeZone }
  return { kind: 'recurring', days: anyDay, startMinute: start.value, durationMs }
}

function toRanges(parsed: Parsed<NumberRange>): readonly NumberRange[] | undefined {
  return 'value' in parsed ? [parsed.value] : undefined
}
