import { describe, expect, it } from 'vitest'
import { median, quantile, round } from '../../bench/quantile.js'

describe('a quantile', () => {
  it.each([
    [0.5, [3], 3],
    [0.5, [9, 1, 5], 5],
    [0.5, [4, 1, 2, 3], 2],
    [0.99, [10, 20, 30], 30],
    [0, [7, 3], 3],
  ])('of share %d in %j is %d', (share, values, expected) => {
    expect(quantile(share, values)).toBe(expected)
  })

  it('of no values is an error', () => {
    expect(() => median([])).toThrow('no values')
  })

  it('is told with three digits', () => {
    expect([round(123_456), round(0.123_456), round(0)]).toEqual([123_000, 0.123, 0])
  })
})
