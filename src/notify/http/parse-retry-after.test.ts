import { assert, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from './parse-retry-after.js'

const now = Date.UTC(2026, 10, 24, 8, 44)

describe('parseRetryAfter', () => {
  it.each<[string, number | undefined]>([
    ['0', now],
    ['120', now + 120_000],
    [' 7 ', now + 7000],
    ['Tue, 24 Nov 2026 08:45:30 GMT', now + 90_000],
    ['Tuesday, 24-Nov-26 08:45:30 GMT', now + 90_000],
    ['Tue Nov 24 08:45:30 2026', now + 90_000],
    ['Mon, 23 Nov 2026 08:44:00 GMT', now - 86_400_000],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['99999999999', undefined],
    ['soon', undefined],
    ['Tue, 99 Nov 2026 08:45:30 GMT', undefined],
    ['2026-11-24T08:45:30Z', undefined],
    ['Tue, 24 Nov 2026 08:45:30 GMT (comment)', undefined],
  ])('%j', (text, expected) => {
    expect(parseRetryAfter(text, now)).toBe(expected)
  })

  it('answers any text with a finite moment or nothing', () => {
    const word = constantFrom('Tue', ', ', ' ', '24', 'Nov', '2026', '08:45:30', 'GMT', '-', ':')
    assert(
      property(oneof(string({ unit: 'binary' }), string({ unit: word })), (text) => {
        const parsed = parseRetryAfter(text, now)
        expect(parsed === undefined || Number.isFinite(parsed)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
