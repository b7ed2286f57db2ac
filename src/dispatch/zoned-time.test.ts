import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimeIntervalPart } from '../model/time-interval.js'
import { MINUTE_MS } from '../model/time.js'
import { findOpening } from './maintenance.js'
import { isInPart } from './time-intervals.js'
import { dayAway, isTimeZone, toMoment, toZonedTime } from './zoned-time.js'

/** Half hours, half-hour switches, switches at midnight, the southern half, no switches, and a zone without a whole day. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'America/Santiago',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
] as const

const DAY_MS = 24 * 60 * MINUTE_MS
const FROM = Date.UTC(2011, 11, 1)
const TO = Date.UTC(2028, 0, 1)

/** The clock on the wall, by the platform's own formatting and nothing of ours: `2026-10-25 02:30`. */
const formats = new Map<string, Intl.DateTimeFormat>()
function readWall(zone: string, at: number): string {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  formats.set(zone, format)
  return format.format(at)
}

function show(zone: string, at: number): string {
  const { year, month, day, minuteOfDay } = toZonedTime(zone, at)
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)} ${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`
}

const switches = new Map<string, readonly number[]>()
/** Every minute at which the clocks of a zone are changed. */
function findSwitches(zone: string): readonly number[] {
  const known = switches.get(zone)
  if (known !== undefined) return known
  const found: number[] = []
  const offset = (at: number): number => Date.parse(`${readWall(zone, at).replace(' ', 'T')}Z`) - at
  for (let day = FROM; day < TO; day += DAY_MS) {
    if (offset(day) === offset(day + DAY_MS)) continue
    let [low, high] = [day, day + DAY_MS]
    while (high - low > MINUTE_MS) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS
      if (offset(middle) === offset(low)) low = middle
      else high = middle
    }
    found.push(high)
  }
  switches.set(zone, found)
  return found
}

const zones = fc.constantFrom(...ZONES)
/** A minute, mostly near a switch of the clocks. */
function momentsOf(zone: string): fc.Arbitrary<number> {
  const near = findSwitches(zone)
  const any = fc.integer({ min: FROM / MINUTE_MS, max: TO / MINUTE_MS }).map((minute) => minute * MINUTE_MS)
  if (near.length === 0) return any
  const around = fc
    .tuple(fc.constantFrom(...near), fc.integer({ min: -1600, max: 1600 }))
    .map(([at, minutes]) => at + minutes * MINUTE_MS)
  return fc.oneof(any, { weight: 4, arbitrary: around })
}

const zonedMoments = zones.chain((zone) => fc.tuple(fc.constant(zone), momentsOf(zone)))

describe('the time at a place', () => {
  it('is what the platform shows', () => {
    fc.assert(
      fc.property(zonedMoments, ([zone, at]) => {
        expect(show(zone, at)).toBe(readWall(zone, at))
        expect(toZonedTime(zone, at).weekday).toBe(
          new Date(`${readWall(zone, at).slice(0, 10)}T12:00Z`).getUTCDay(),
        )
      }),
      { numRuns: 2000 },
    )
  })

  it('finds the switches that it is tested around', () => {
    const fixed = ZONES.filter((zone) => findSwitches(zone).length === 0)
    expect(fixed).toEqual(['UTC', 'Asia/Kolkata', 'Asia/Kathmandu'])
    expect(Math.min(...ZONES.map((zone) => findSwitches(zone).length).filter(Boolean))).toBeGreaterThan(3)
  })

  it('is a minute of which the moment is found again: the first, or that of the switch if it is left out', () => {
    fc.assert(
      fc.property(zonedMoments, fc.integer({ min: 0, max: 1439 }), ([zone, at], minute) => {
        const day = toZonedTime(zone, at)
        const two = (number: number): string => String(number).padStart(2, '0')
        const wanted = `${day.year}-${two(day.month)}-${two(day.day)} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`
        // Through all minutes that may be it.
        const start = Date.UTC(day.year, day.month - 1, day.day) - 15 * 60 * MINUTE_MS
        const walls = Array.from({ length: 54 * 60 }, (_, index) => start + index * MINUTE_MS)
        const naive = walls.find((each) => readWall(zone, each) >= wanted) ?? Number.NaN
        expect(new Date(toMoment(zone, day, minute)).toISOString()).toBe(new Date(naive).toISOString())
      }),
      { numRuns: 40 },
    )
  })

  it.each([
    ['Europe/Berlin', '2026-03-29T01:00:00.000Z', [2026, 3, 29], 150],
    ['Europe/Berlin', '2026-10-25T00:30:00.000Z', [2026, 10, 25], 150],
    ['America/New_York', '2026-03-08T07:00:00.000Z', [2026, 3, 8], 130],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00.000Z', [2026, 10, 4], 135],
    ['America/Santiago', '2026-09-06T04:00:00.000Z', [2026, 9, 6], 0],
  ])('%s: %s', (zone, moment, [year = 0, month = 0, day = 0], minute) => {
    const date = { year, month, day, weekday: 0, minuteOfDay: 0 }
    expect(new Date(toMoment(zone, date, minute)).toISOString()).toBe(moment)
  })

  it('counts days by the calendar', () => {
    const at = Date.UTC(2026, 9, 25, 12)
    expect(dayAway('Europe/Berlin', at, -1)).toMatchObject({ year: 2026, month: 10, day: 24, weekday: 6 })
    expect(dayAway('Europe/Berlin', at, 7)).toMatchObject({ year: 2026, month: 11, day: 1, weekday: 0 })
  })

  it('is known for time zones only', () => {
    expect(['Europe/Berlin', 'UTC', 'Europe/Bielefeld', '', 'x'.repeat(1000)].map(isTimeZone)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })
})

/** A text that says which moments lie in a part, read by nothing of ours. */
interface Wall {
  readonly minute: number
  readonly weekday: number
  readonly day: number
  readonly month: number
  readonly year: number
  readonly daysInMonth: number
}

function toWall(zone: string, at: number): Wall {
  const [date = '', time = ''] = readWall(zone, at).split(' ')
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  let daysInMonth = 28
  while (new Date(Date.UTC(year, month - 1, daysInMonth + 1)).getUTCMonth() === month - 1) daysInMonth += 1
  const weekday = new Date(`${date}T00:00Z`).getUTCDay()
  return { minute: hour * 60 + minute, weekday, day, month, year, daysInMonth }
}

/** Every day of the month that the ranges mean, written out. */
function isInDays(part: TimeIntervalPart, { day, daysInMonth }: Wall): boolean {
  if (part.daysOfMonth.length === 0) return true
  return part.daysOfMonth.some(({ start, end }) => {
    const first = start > 0 ? start : daysInMonth + 1 + start
    const last = end > 0 ? end : daysInMonth + 1 + end
    const days = Array.from({ length: 31 }, (_, index) => index + 1)
    return first <= daysInMonth && days.filter((each) => each >= first && each <= last).includes(day)
  })
}

function isInNaive(part: TimeIntervalPart, at: number): boolean {
  const wall = toWall(part.timeZone, at)
  const isIn = (all: TimeIntervalPart['times'], value: number): boolean =>
    all.length === 0 || all.some(({ start, end }) => start <= value && value <= end)
  const times = part.times.map(({ start, end }) => ({ start, end: end - 1 }))
  return (
    isIn(times, wall.minute) &&
    isIn(part.weekdays, wall.weekday) &&
    isInDays(part, wall) &&
    isIn(part.months, wall.month) &&
    isIn(part.years, wall.year)
  )
}

function ranges(min: number, max: number): fc.Arbitrary<TimeIntervalPart['times']> {
  const range = fc
    .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
    .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))
  return fc.oneof(fc.constant([]), fc.array(range, { minLength: 1, maxLength: 2 }))
}

const daysOfMonth = fc.array(
  fc
    .tuple(fc.integer({ min: -31, max: 31 }), fc.integer({ min: -31, max: 31 }))
    .filter(
      ([start, end]) =>
        start !== 0 && end !== 0 && (start < 0 ? end < 0 && start <= end : end < 0 || start <= end),
    )
    .map(([start, end]) => ({ start, end })),
  { maxLength: 2 },
)

const parts: fc.Arbitrary<TimeIntervalPart> = fc.record({
  times: ranges(0, 1439).map((all) => all.map(({ start, end }) => ({ start, end: end + 1 }))),
  weekdays: ranges(0, 6),
  daysOfMonth,
  months: ranges(1, 12),
  years: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, ranges(2012, 2028)),
  timeZone: zones,
})

describe('a time interval', () => {
  it('holds the moments that a naive reading of it holds, minute by minute around the switches of the clocks', () => {
    let inside = 0
    fc.assert(
      fc.property(
        parts.chain((part) => fc.tuple(fc.constant(part), momentsOf(part.timeZone))),
        ([part, at]) => {
          for (let minutes = -130; minutes <= 130; minutes += 1) {
            const moment = at + minutes * MINUTE_MS
            const expected = isInNaive(part, moment)
            inside += Number(expected)
            if (isInPart(part, moment) !== expected)
              throw new Error(`${new Date(moment).toISOString()}: expected ${String(expected)}`)
          }
        },
      ),
      { numRuns: 300 },
    )
    expect(inside).toBeGreaterThan(1000)
  })
})

describe('a maintenance window that recurs', () => {
  it('is open where a naive reading of it is', () => {
    const windows = fc.record({
      days: fc.record({
        times: fc.constant([]),
        weekdays: ranges(0, 6),
        daysOfMonth,
        months: fc.constant([]),
        years: fc.constant([]),
        timeZone: zones,
      }),
      startMinute: fc.integer({ min: 0, max: 1439 }),
      durationMs: fc.integer({ min: 1, max: 3000 }).map((minutes) => minutes * MINUTE_MS),
    })
    let open = 0
    fc.assert(
      fc.property(
        windows.chain((window) => fc.tuple(fc.constant(window), momentsOf(window.days.timeZone))),
        ([window, at]) => {
          const starts = findStarts(window.days, window.startMinute, at)
          const ends = starts
            .map((start) => start + window.durationMs)
            .filter((end, index) => at >= (starts[index] ?? 0) && at < end)
          open += ends.length
          const opening = findOpening({ kind: 'recurring', ...window }, at)
          expect(opening?.endsAt).toBe(ends.length === 0 ? undefined : Math.max(...ends))
        },
      ),
      { numRuns: 60 },
    )
    expect(open).toBeGreaterThan(10)
  })

  /** The first minute of each day at or after its time, of the days that count, within four days before. */
  function findStarts(days: TimeIntervalPart, startMinute: number, at: number): readonly number[] {
    const starts = new Map<string, number>()
    for (let moment = at - 4 * DAY_MS; moment <= at; moment += MINUTE_MS) {
      const date = readWall(days.timeZone, moment).slice(0, 10)
      const isFirst = !starts.has(date) && toWall(days.timeZone, moment).minute >= startMinute
      if (isFirst) starts.set(date, isInNaive(days, moment) ? moment : Number.POSITIVE_INFINITY)
    }
    // Of the first day it is not known whether it began before.
    return [...starts.values()].slice(1).filter(Number.isFinite)
  }
})
