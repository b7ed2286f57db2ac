import type { NumberRange } from '../model/time-interval.js'
import type { Parsed } from '../schema/parsed.js'

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const

/** Reads `monday` or `monday:friday`. */
export function readWeekdays(text: string): Parsed<NumberRange> {
  const toNumber = (word: string): number => {
    const index = WEEKDAYS.findIndex((each) => each === word.toLowerCase())
    return index === -1 ? Number.NaN : index
  }
  return readRange(
    text,
    toNumber,
    isRising,
    'a day such as monday, or a range from sunday to saturday on, such as monday:friday',
  )
}

/** Reads `5`, `1:15` or, from the end of the month, `-3:-1`. */
export function readDaysOfMonth(text: string): Parsed<NumberRange> {
  const toNumber = (word: string): number => {
    const day = /^-?\d{1,2}$/.test(word) ? Number(word) : 0
    return day !== 0 && Math.abs(day) <= 31 ? day : Number.NaN
  }
  return readRange(
    text,
    toNumber,
    isRisingInMonth,
    'a day from 1 to 31 or, from the end of the month, -1 to -31, or a range such as 1:15, -3:-1',
  )
}

/** Reads `may`, `5`, `june:august` or `6:8`. */
export function readMonths(text: string): Parsed<NumberRange> {
  const toNumber = (word: string): number => {
    const index = MONTHS.findIndex((each) => each === word.toLowerCase())
    const month = /^\d{1,2}$/.test(word) ? Number(word) : index + 1
    return month >= 1 && month <= 12 ? month : Number.NaN
  }
  return readRange(text, toNumber, isRising, 'a month such as may or 5, or a range such as june:august')
}

/** Reads `2027` or `2027:2029`. */
export function readYears(text: string): Parsed<NumberRange> {
  const toNumber = (word: string): number => (/^\d{4}$/.test(word) ? Number(word) : Number.NaN)
  return readRange(text, toNumber, isRising, 'a year such as 2027, or a range such as 2027:2029')
}

/** Reads a minute of the day, `09:30`; `24:00` is the end of the day. */
export function readMinute(text: string): Parsed<number> {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$|^24:00$/.exec(text)
  if (match === null) return { expected: 'a time of the day from 00:00 to 24:00, such as 09:30' }
  return { value: match[1] === undefined ? 24 * 60 : Number(match[1]) * 60 + Number(match[2]) }
}

function readRange(
  text: string,
  toNumber: (word: string) => number,
  isInOrder: (range: NumberRange) => boolean,
  expected: string,
): Parsed<NumberRange> {
  const [first = '', last = first, ...more] = text.split(':').map((word) => word.trim())
  const range = { start: toNumber(first), end: toNumber(last) }
  // No comparison holds for what is no number.
  return more.length === 0 && isInOrder(range) ? { value: range } : { expected }
}

function isRising({ start, end }: NumberRange): boolean {
  return start <= end
}

const LONGEST_MONTH = 31

/** A range may go from a day to one that is counted from the end, if the longest month has any day in it. */
function isRisingInMonth({ start, end }: NumberRange): boolean {
  if (start < 0) return start <= end && end < 0
  return start <= (end < 0 ? LONGEST_MONTH + end + 1 : end)
}
