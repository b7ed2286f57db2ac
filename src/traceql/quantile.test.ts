import { describe, expect, it } from 'vitest'
import { estimateQuantile } from './quantile.js'

const counts = [
  { power: 4, count: 1 },
  { power: 8, count: 0 },
  { power: 16, count: 2 },
]

describe('estimateQuantile', () => {
  it.each([
    [0, 4],
    [0.3, 4],
    [0.5, 8],
    [1, 16],
  ])('%d', (quantile, expected) => {
    expect(estimateQuantile(quantile, counts)).toBeCloseTo(expected, 9)
  })

  it('is 0 without values', () => {
    expect(estimateQuantile(0.5, [{ power: 4, count: 0 }])).toBe(0)
  })
})
