import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toTimestamp, toUnixNano } from './time.js'

describe('toTimestamp', () => {
  it.each([
    [0n, 0],
    [999_999n, 0],
    [1_000_000n, 1],
    [1_795_467_583_000_999_999n, 1_795_467_583_000],
    [1_795_467_583_001_000_000n, 1_795_467_583_001],
    [2n ** 64n - 1n, 18_446_744_073_709],
  ])('%d ns lie in millisecond %d', (unixNano, timestamp) => {
    expect(toTimestamp(unixNano)).toBe(timestamp)
  })
})

describe('toUnixNano', () => {
  it.each([
    [0, 0n],
    [1, 1_000_000n],
    [1.999, 1_000_000n],
    [1_795_467_583_001, 1_795_467_583_001_000_000n],
  ])('millisecond %d begins at %d ns', (timestamp, unixNano) => {
    expect(toUnixNano(timestamp)).toBe(unixNano)
  })

  it('is undone by toTimestamp, for every time a Date can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8_640_000_000_000_000 }), (timestamp) => {
        expect(toTimestamp(toUnixNano(timestamp))).toBe(timestamp)
      }),
    )
  })

  it('finds the beginning of the millisecond that holds a nanosecond, for every time OTLP can tell', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (unixNano) => {
        const since = unixNano - toUnixNano(toTimestamp(unixNano))
        expect(since >= 0n && since < 1_000_000n).toBe(true)
      }),
    )
  })
})
