import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatGoDuration, parseGoDuration } from './go-duration.js'

describe('parseGoDuration', () => {
  it.each([
    ['100ms', 100],
    ['1.5s', 1500],
    ['.5m', 30_000],
    ['1h2m3s4ms', 3_723_004],
    ['2us', 0.002],
    ['2µs', 0.002],
    ['5ns', 0.000005],
  ])('reads %s', (text, milliseconds) => {
    expect(parseGoDuration(text)).toBeCloseTo(milliseconds, 9)
  })

  it.each([
    ['100', 'time: missing unit in duration "100"'],
    ['1s5', 'time: missing unit in duration "1s5"'],
    ['', 'time: invalid duration ""'],
    ['-1s', 'time: invalid duration "-1s"'],
    ['s', 'time: invalid duration "s"'],
    ['1d', 'time: invalid duration "1d"'],
    ['1s '.repeat(60), 'time: invalid duration "1s 1s'],
  ])('refuses %j', (text, message) => {
    expect(() => parseGoDuration(text)).toThrow(message)
  })

  it('reads or refuses any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('0', '1', '9', '.', 's', 'm', 'h', 'n', 'u', 'µ', ' ', 'x') }),
        (text) => {
          let outcome: number
          try {
            outcome = parseGoDuration(text)
          } catch {
            outcome = 0
          }
          expect(outcome).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })
})

describe('formatGoDuration', () => {
  it.each([
    [0, '0s'],
    [0.000001, '1ns'],
    [0.0015, '1.5µs'],
    [6, '6ms'],
    [6.5, '6.5ms'],
    [1000, '1s'],
    [1001, '1.001s'],
    [59_999, '59.999s'],
    [60_000, '1m0s'],
    [90_500, '1m30.5s'],
    [86_400_000, '24h0m0s'],
    [-1500, '-1.5s'],
    [-90_000, '-1m30s'],
  ])('writes %d ms as Go does', (milliseconds, text) => {
    expect(formatGoDuration(milliseconds)).toBe(text)
  })

  it('reads back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (milliseconds) => {
        expect(parseGoDuration(formatGoDuration(milliseconds))).toBeCloseTo(milliseconds, 3)
      }),
    )
  })
})
