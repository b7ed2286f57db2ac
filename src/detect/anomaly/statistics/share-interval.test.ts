import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateShare } from './share-interval.js'

describe('estimateShare', () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, the method without correction.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %d of %d is from %d to %d', (k, n, low, high) => {
    const share = estimateShare(k, n)
    expect(share.low).toBeCloseTo(low, 4)
    expect(share.high).toBeCloseTo(high, 4)
  })

  it('knows nothing of nothing', () => {
    expect(estimateShare(0, 0)).toEqual({ low: 0, high: 1 })
  })

  it('holds what was seen, between 0 and 1, and gets narrower with more', () => {
    const sample = fc
      .integer({ min: 1, max: 10_000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))
    fc.assert(
      fc.property(sample, ([k, n]) => {
        const [few, many] = [estimateShare(k, n), estimateShare(k * 10, n * 10)]
        expect(few.low).toBeLessThanOrEqual(k / n + 1e-12)
        expect(few.high).toBeGreaterThanOrEqual(k / n - 1e-12)
        expect(few.low).toBeGreaterThanOrEqual(0)
        expect(few.high).toBeLessThanOrEqual(1)
        expect(many.high - many.low).toBeLessThan(few.high - few.low)
      }),
    )
  })
})
