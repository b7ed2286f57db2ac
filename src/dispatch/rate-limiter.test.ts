import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRateLimiter } from './rate-limiter.js'

describe('a rate limit', () => {
  it('has room for so many at once, and refills evenly', () => {
    const limiter = createRateLimiter(new Map([['a', { notifications: 3, perMs: 60_000 }]]))
    const taken = [0, 0, 0, 0, 19_999, 20_000, 20_000, 60_000, 60_000, 60_000, 1e9, 1e9, 1e9, 1e9].map((at) =>
      limiter.take('a', at),
    )
    expect(taken).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      false,
      true,
      true,
      false,
      true,
      true,
      true,
      false,
    ])
    expect(limiter.roomAt('a', 1e9)).toBe(1e9 + 20_000)
  })

  it('of one receiver is none of another', () => {
    const limiter = createRateLimiter(new Map([['a', { notifications: 1, perMs: 1000 }]]))
    expect([limiter.take('a', 0), limiter.take('a', 0), limiter.take('b', 0), limiter.take('b', 0)]).toEqual([
      true,
      false,
      true,
      true,
    ])
    expect(limiter.roomAt('b', 5)).toBe(5)
  })

  it('is never gone over, has room when it says so, and survives a clock that is set back', () => {
    const limits = fc.record({
      notifications: fc.integer({ min: 1, max: 20 }),
      perMs: fc.integer({ min: 1000, max: 600_000 }),
    })
    const steps = fc.array(fc.integer({ min: -5000, max: 60_000 }), { maxLength: 100 })
    fc.assert(
      fc.property(limits, steps, (limit, advances) => {
        const limiter = createRateLimiter(new Map([['a', limit]]))
        let [at, taken, elapsed] = [1e6, 0, 0]
        for (const advance of advances) {
          at += advance
          elapsed += Math.max(0, advance)
          taken += Number(limiter.take('a', at))
          const most = limit.notifications + (elapsed * limit.notifications) / limit.perMs
          expect(taken).toBeLessThanOrEqual(most + 0.01)
        }
        expect(limiter.take('a', limiter.roomAt('a', at))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
