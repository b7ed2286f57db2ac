import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, MAX_INT, parseDuration } from './duration.js'

describe('parseDuration', () => {
  it.each([
    ['1ns', 1n],
    ['1us', 1000n],
    ['1µs', 1000n],
    ['1.5s', 1_500_000_000n],
    ['.5h', 1_800_000_000_000n],
    ['1h30m', 5_400_000_000_000n],
    ['30m1h', 5_400_000_000_000n],
    ['1s1s', 2_000_000_000n],
    ['1d', 86_400_000_000_000n],
    ['1d12h', 129_600_000_000_000n],
    ['1w', 604_800_000_000_000n],
    ['1y', 31_536_000_000_000_000n],
    ['1w1d1h1m1s1ms', 694_861_001_000_000n],
    ['0s', 0n],
  ])('reads %s', (text, nanos) => {
    expect(parseDuration(text)).toBe(nanos)
  })

  it.each(['', '1', '1 s', '1S', '1min', '0.5d', '12h1d', '1d1.5h', '5s5', '1μs', '300y', '3000000h', '-1s'])(
    'does not read %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )
})

describe('formatDuration', () => {
  it.each([
    [0n, '0s'],
    [1n, '1ns'],
    [1500n, '1.5µs'],
    [65_000_000n, '65ms'],
    [1_000_000_000n, '1s'],
    [288_623_346_154n, '4m48.623346154s'],
    [3_600_000_000_000n, '1h0m0s'],
    [-1_500_000n, '-1.5ms'],
  ])('writes %d ns', (nanos, text) => {
    expect(formatDuration(nanos)).toBe(text)
  })

  it('writes what parseDuration reads back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX_INT }), (nanos) => {
        expect(parseDuration(formatDuration(nanos))).toBe(nanos)
      }),
    )
  })
})
