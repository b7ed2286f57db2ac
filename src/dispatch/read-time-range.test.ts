import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLabelMatchers } from './read-label-matchers.js'
import { readMoment } from './read-moment.js'
import { readDaysOfMonth, readMinute, readMonths, readWeekdays, readYears } from './read-time-range.js'

const range = (start: number, end = start) => ({ value: { start, end } })

describe('ranges of time', () => {
  // Each as a real Alertmanager 0.31.1 takes it, or refuses it.
  it.each([
    [readWeekdays('Monday:friday'), range(1, 5)],
    [readWeekdays('sunday'), range(0)],
    [readWeekdays('friday:monday'), 'refused'],
    [readWeekdays('mon'), 'refused'],
    [readDaysOfMonth('1:-1'), range(1, -1)],
    [readDaysOfMonth('5:-3'), range(5, -3)],
    [readDaysOfMonth('20:-20'), 'refused'],
    [readDaysOfMonth('-5:5'), 'refused'],
    [readDaysOfMonth('-31:-1'), range(-31, -1)],
    [readDaysOfMonth('5:3'), 'refused'],
    [readDaysOfMonth('0'), 'refused'],
    [readDaysOfMonth('32'), 'refused'],
    [readMonths('january:march'), range(1, 3)],
    [readMonths('5:12'), range(5, 12)],
    [readMonths('jan'), 'refused'],
    [readYears('2026:2027'), range(2026, 2027)],
    [readYears('2020:2019'), 'refused'],
    [readYears('2020:2021:2022'), 'refused'],
    [readMinute('00:00'), { value: 0 }],
    [readMinute('23:59'), { value: 1439 }],
    [readMinute('24:00'), { value: 1440 }],
    [readMinute('24:01'), 'refused'],
    [readMinute('9:00'), 'refused'],
  ])('%j', (parsed, expected) => {
    expect('expected' in parsed ? 'refused' : parsed).toEqual(expected)
  })

  // An Alertmanager takes a 13th month, and then for none.
  it('of a month that there is not are refused', () => {
    expect(readMonths('13')).toHaveProperty('expected')
  })
})

describe('a moment', () => {
  it.each([
    ['2026-12-24T22:00', 'UTC', '2026-12-24T22:00:00.000Z'],
    ['2026-12-24 22:00:30', 'Europe/Berlin', '2026-12-24T21:00:30.000Z'],
    ['2026-12-24T22:00Z', 'Europe/Berlin', '2026-12-24T22:00:00.000Z'],
    ['2026-12-24T22:00:00+05:30', 'Europe/Berlin', '2026-12-24T16:30:00.000Z'],
    ['2026-12-24T22:00-01:00', 'UTC', '2026-12-24T23:00:00.000Z'],
    // Left out as clocks are set forward; and the first of two.
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-02-29T00:00', 'UTC', undefined],
    ['2026-06-31T00:00', 'UTC', undefined],
    ['2026-06-30T25:00', 'UTC', undefined],
    ['2026-06-30', 'UTC', undefined],
    ['2026-06-30T22:00+14:00', 'UTC', '2026-06-30T08:00:00.000Z'],
    ['2026-06-30T22:00+15:00', 'UTC', undefined],
    ['2026-06-30T22:00-12:60', 'UTC', undefined],
    ['2026-06-30T22:00+99:99', 'UTC', undefined],
  ])('%s in %s', (text, zone, expected) => {
    const parsed = readMoment(text, zone)
    expect('value' in parsed ? new Date(parsed.value).toISOString() : undefined).toBe(expected)
  })
})

describe('any text', () => {
  it('is read or refused', () => {
    const piece = fc.constantFrom(
      '-',
      ':',
      '1',
      '31',
      '2026',
      'may',
      'monday',
      'T',
      '22:00',
      '=',
      '=~',
      '"',
      '(',
      ' ',
      'Z',
      '+',
    )
    const text = fc.oneof(
      fc.array(piece).map((pieces) => pieces.join('')),
      fc.string(),
    )
    const readers = [readWeekdays, readDaysOfMonth, readMonths, readYears, readMinute, readLabelMatchers]
    fc.assert(
      fc.property(text, (given) => {
        for (const read of readers) {
          const parsed = read(given)
          expect('value' in parsed !== 'expected' in parsed).toBe(true)
        }
        const moment = readMoment(given, 'Europe/Berlin')
        expect('expected' in moment || Number.isFinite(moment.value)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
