import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countStepMs, countWindow } from './count-window.js'

describe('countStepMs', () => {
  it.each([
    [60, 15],
    [30, 15],
    [50, 10],
    [10, 10],
    [59, 1],
    [1, 1],
    [3600, 15],
  ])('counts %d s in steps of %d s', (seconds, step) => {
    expect(countStepMs(seconds * 1000)).toBe(step * 1000)
  })
})

describe('countWindow', () => {
  const second = fc.integer({ min: 1, max: 600 }).map((each) => each * 1000)
  const at = fc.integer({ min: 1_000_000_000_000, max: 2_000_000_000_000 })

  it('is one lookback long, ends behind the lag by less than a step, and lies on whole steps', () => {
    fc.assert(
      fc.property(at, second, fc.integer({ min: 0, max: 60_000 }), (now, lookbackMs, lagMs) => {
        const { start, end } = countWindow(now, lookbackMs, lagMs)
        const stepMs = countStepMs(lookbackMs)
        expect(end - start).toBe(lookbackMs)
        expect(end).toBeLessThanOrEqual(now - lagMs)
        expect(end).toBeGreaterThan(now - lagMs - stepMs)
        expect(start % stepMs).toBe(0)
      }),
    )
  })

  it('abuts the window of one lookback later', () => {
    fc.assert(
      fc.property(at, second, (now, lookbackMs) => {
        expect(countWindow(now + lookbackMs, lookbackMs, 0).start).toBe(countWindow(now, lookbackMs, 0).end)
      }),
    )
  })
})
