import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseGoDuration } from './go-duration.js'

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
