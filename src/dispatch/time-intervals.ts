import type { NumberRange, TimeInterval, TimeIntervalPart } from '../model/time-interval.js'
import type { Timestamp } from '../model/time.js'
import { toZonedTime, type ZonedTime } from './zoned-time.js'

/** Whether a moment lies in a time interval. */
export function isInInterval({ parts }: TimeInterval, at: Timestamp): boolean {
  return parts.some((part) => isInPart(part, at))
}

/** Whether a moment lies in one of the ranges of every field that has any. */
export function isInPart(part: TimeIntervalPart, at: Timestamp): boolean {
  const time = toZonedTime(part.timeZone, at)
  return isOnDays(part, time) && isInTimes(part.times, time.minuteOfDay)
}

/** Whether a day is one of a part, whatever its `times`. */
export function isOnDays(part: TimeIntervalPart, day: ZonedTime): boolean {
  return (
    isInAny(part.years, day.year) &&
    isInAny(part.months, day.month) &&
    isInAny(part.weekdays, day.weekday) &&
    (part.daysOfMonth.length === 0 || part.daysOfMonth.some((range) => isInMonthDays(range, day)))
  )
}

function isInTimes(times: readonly NumberRange[], minute: number): boolean {
  return times.length === 0 || times.some(({ start, end }) => minute >= start && minute < end)
}

function isInAny(ranges: readonly NumberRange[], value: number): boolean {
  return ranges.length === 0 || ranges.some(({ start, end }) => value >= start && value <= end)
}

/** Days beyond the end of a short month are cut off; a range that begins there is not in it at all. */
function isInMonthDays({ start, end }: NumberRange, { year, month, day }: ZonedTime): boolean {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const toDay = (each: number): number => (each < 0 ? length + each + 1 : each)
  return toDay(start) <= length && day >= toDay(start) && day <= toDay(end)
}
