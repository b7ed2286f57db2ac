import { parseDurationMs } from '../model/duration.js'
import type { MaintenanceSchedule, MaintenanceWindow } from '../model/maintenance-window.js'
import { MINUTE_MS } from '../model/time.js'
import type { Parsed } from '../schema/parsed.js'
import { readMoment } from './read-moment.js'
import { readMinute, readWeekdays } from './read-time-range.js'
import { isTimeZone } from './zoned-time.js'

const EXPECTED =
  'windows such as 2026-12-24T22:00Z/2026-12-25T06:00Z or saturday 22:00/4h Europe/Berlin, with a ; between them'
const LONGEST_MS = 31 * 24 * 60 * MINUTE_MS
const MOST_WINDOWS = 100

/** What is wrong with a line of windows: each part of it that is. */
export interface FaultyWindows {
  readonly expected: string
  readonly parts?: readonly { readonly found: string; readonly expected: string }[]
}

/** A part of the line, and where it begins, from 0. */
interface Part {
  readonly text: string
  readonly at: number
}

/** Takes a part that is wrong; answers nothing. */
type Fault = (part: Part, expected: string) => undefined

/**
 * Reads maintenance windows of one line, of everything: `from/to`, or `weekdays time/duration zone`, of which weekdays
 * (every day) and zone (UTC) may be left out. They are told apart by their number.
 */
export function readMaintenance(
  text: string,
): { readonly value: readonly MaintenanceWindow[] } | FaultyWindows {
  const entries = splitAt(text, ';')
  if (entries.length > MOST_WINDOWS) return { expected: `at most ${MOST_WINDOWS} windows` }
  const parts: { found: string; expected: string }[] = []
  const windows = entries.flatMap((entry, index): MaintenanceWindow[] => {
    const schedule = readSchedule(entry, (part, expected) => {
      parts.push({
        found: part.text,
        expected: `${expected}; in window ${index + 1}, at character ${part.at + 1}`,
      })
    })
    if (schedule === undefined) return []
    return [{ name: `TEMPO_ALERT_MAINTENANCE ${index + 1}`, comment: '', matchers: [], schedule }]
  })
  return parts.length === 0 ? { value: windows } : { expected: EXPECTED, parts }
}

/** What stands between the separators, without white space around it. */
function splitAt(text: string, separator: string, from = 0): readonly Part[] {
  let at = from
  return text.split(separator).map((piece) => {
    const part = { text: piece.trim(), at: at + piece.length - piece.trimStart().length }
    at += piece.length + separator.length
    return part
  })
}

function readSchedule(entry: Part, fault: Fault): MaintenanceSchedule | undefined {
  return /^\d{4}-/.test(entry.text) ? readOnce(entry, fault) : readRecurring(entry, fault)
}

function readOnce(entry: Part, fault: Fault): MaintenanceSchedule | undefined {
  const [first, last, ...more] = splitAt(entry.text, '/', entry.at)
  if (first === undefined || last === undefined || more.length > 0) return fault(entry, EXPECTED)
  const from = valueOf(first, readMoment(first.text, 'UTC'), fault)
  const to = valueOf(last, readMoment(last.text, 'UTC'), fault)
  if (from === undefined || to === undefined) return undefined
  return from < to ? { kind: 'once', from, to } : fault(last, 'a moment after the one before the /')
}

/** Such as `monday:friday 22:00/90m Europe/Berlin`: four parts, of which the outer ones may be left out. */
const RECURRING = /^(?:([^\s/]+) )?([^\s/]+)\/([^\s/]+)(?: (\S+))?$/d

function readRecurring(entry: Part, fault: Fault): MaintenanceSchedule | undefined {
  const match = RECURRING.exec(entry.text)
  const [days, time, duration, zone] = [1, 2, 3, 4].map((group) => toPart(match, group, entry.at))
  if (time === undefined || duration === undefined) return fault(entry, EXPECTED)
  const weekdays = days && valueOf(days, readWeekdays(days.text), fault)
  const startMinute = valueOf(time, readMinute(time.text), fault)
  const durationMs = valueOf(duration, readDuration(duration.text), fault)
  const timeZone = zone === undefined ? 'UTC' : valueOf(zone, readZone(zone.text), fault)
  if (startMinute === undefined || durationMs === undefined || timeZone === undefined) return undefined
  const onDays = {
    times: [],
    weekdays: weekdays === undefined ? [] : [weekdays],
    daysOfMonth: [],
    months: [],
    years: [],
    timeZone,
  }
  return { kind: 'recurring', days: onDays, startMinute, durationMs }
}

function toPart(match: RegExpExecArray | null, group: number, from: number): Part | undefined {
  const [text, start] = [match?.[group], match?.indices?.[group]?.[0]]
  return text === undefined || start === undefined ? undefined : { text, at: from + start }
}

function readDuration(text: string): Parsed<number> {
  const durationMs = parseDurationMs(text) ?? 0
  const isRight = durationMs > 0 && durationMs <= LONGEST_MS
  return isRight ? { value: durationMs } : { expected: 'a duration of at most 31 days, such as 4h or 90m' }
}

function readZone(text: string): Parsed<string> {
  return isTimeZone(text)
    ? { value: text }
    : { expected: 'a time zone of the IANA database, such as Europe/Berlin' }
}

function valueOf<T>(part: Part, parsed: Parsed<T>, fault: Fault): T | undefined {
  return 'value' in parsed ? parsed.value : fault(part, parsed.expected)
}
