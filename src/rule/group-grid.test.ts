import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MINUTE_MS } from '../model/time.js'
import { nextOnGrid, toGrid } from './group-grid.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)

describe('nextOnGrid', () => {
  it.each([
    [60_000, 0, T0, T0],
    [60_000, 0, T0 + 1, T0 + 60_000],
    [60_000, 7000, T0, T0 + 7000],
    [60_000, 7000, T0 + 7000, T0 + 7000],
    [60_000, 7000, T0 + 7001, T0 + 67_000],
    [7000, 6999, 0, 6999],
  ])('of every %d ms, %d ms after the whole ones, from %d on is %d', (intervalMs, offsetMs, at, expected) => {
    expect(nextOnGrid({ intervalMs, offsetMs }, at)).toBe(expected)
  })

  it('is on the grid, not before the moment, and less than an interval after it', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 86_400_000 }),
        fc.nat(2 * T0),
        (key, intervalMs, at) => {
          const grid = toGrid(key, intervalMs)
          const next = nextOnGrid(grid, at)
          expect((next - grid.offsetMs) % intervalMs).toBe(0)
          expect(next).toBeGreaterThanOrEqual(at)
          expect(next).toBeLessThan(at + intervalMs)
        },
      ),
    )
  })
})

describe('toGrid', () => {
  it('is the same for the same group, today and after every restart', () => {
    expect(toGrid('shop.yaml;shop', MINUTE_MS)).toEqual({ intervalMs: MINUTE_MS, offsetMs: 31_062 })
  })

  it('spreads groups over the interval', () => {
    const tenths = Array.from({ length: 10 }, () => 0)
    for (let group = 0; group < 1000; group += 1) {
      const { offsetMs } = toGrid(`shop.yaml;group ${group}`, MINUTE_MS)
      const tenth = Math.floor((10 * offsetMs) / MINUTE_MS)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    expect(Math.min(...tenths)).toBeGreaterThan(60)
    expect(Math.max(...tenths)).toBeLessThan(140)
  })
})
