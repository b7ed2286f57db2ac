import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MINUTE_MS, SECOND_MS } from '../model/time.js'
import { createFreshnessMeter } from './freshness-meter.js'

const NOW = Date.UTC(2026, 10, 24, 8, 44)

function setUp(parts: { knownLagMs?: number; mostLagMs?: number } = {}) {
  const meter = createFreshnessMeter({
    knownLagMs: 0,
    defaultLagMs: 10 * SECOND_MS,
    mostLagMs: 5 * MINUTE_MS,
    ...parts,
  })
  return {
    meter,
    observe: (lagMs: number, count: number, at = NOW): void => {
      for (let each = 0; each < count; each += 1) meter.observe(lagMs, at)
    },
  }
}

describe('the freshness meter', () => {
  it('has a default until enough spans have come', () => {
    const { meter, observe } = setUp()
    observe(400, 99)
    expect(meter.freshness(NOW)).toEqual({ lagMs: 10_000, known: false })
    observe(400, 1)
    expect(meter.freshness(NOW)).toEqual({ lagMs: 1000, known: true })
  })

  it.each([
    ['in steps', [[2400, 1000]], 3000],
    ['on a step', [[2000, 1000]], 2000],
    ['from clocks that run ahead', [[-700, 1000]], 1000],
    [
      'without the slowest of a hundred',
      [
        [800, 990],
        [40_000, 10],
      ],
      1000,
    ],
    [
      'with more of them',
      [
        [800, 989],
        [40_000, 11],
      ],
      45_000,
    ],
    [
      'without what says nothing',
      [
        [800, 800],
        [MINUTE_MS * 20, 200],
      ],
      1000,
    ],
    [
      'where most is too late',
      [
        [800, 100],
        [MINUTE_MS * 20, 200],
      ],
      5 * MINUTE_MS,
    ],
  ] as const)('measures %s', (_, lags, expected) => {
    const { meter, observe } = setUp()
    for (const [lagMs, count] of lags) observe(lagMs, count)
    expect(meter.freshness(NOW)).toEqual({ lagMs: expected, known: true })
  })

  it('never goes below what is known of the source', () => {
    const { meter, observe } = setUp({ knownLagMs: 40_000 })
    expect(meter.freshness(NOW).lagMs).toBe(40_000)
    observe(100, 1000)
    expect(meter.freshness(NOW)).toEqual({ lagMs: 40_000, known: true })
  })

  it('remembers a quarter of an hour', () => {
    const { meter, observe } = setUp()
    observe(40_000, 200)
    const after = (minutes: number) => {
      const at = NOW + minutes * MINUTE_MS
      observe(500, 100, at)
      return meter.freshness(at).lagMs
    }
    expect([after(1), after(14), after(15)]).toEqual([45_000, 45_000, 1000])
    expect(meter.freshness(NOW + 60 * MINUTE_MS)).toEqual({ lagMs: 10_000, known: false })
  })

  it('bears a clock that is set back', () => {
    const { meter, observe } = setUp()
    observe(40_000, 200)
    const earlier = NOW - 90 * MINUTE_MS
    observe(500, 100, earlier)
    expect(meter.freshness(earlier)).toEqual({ lagMs: 1000, known: true })
  })

  it('is never below the lag of all but one in a hundred, and bounded', () => {
    const lags = fc.array(fc.integer({ min: -2000, max: 299_000 }), { minLength: 100, maxLength: 500 })
    fc.assert(
      fc.property(lags, (all) => {
        const { meter } = setUp()
        all.forEach((lagMs, index) => meter.observe(lagMs, NOW + index))
        const { lagMs, known } = meter.freshness(NOW + all.length)
        expect(all.filter((lag) => lag > lagMs).length).toBeLessThanOrEqual(all.length / 100)
        expect([known, lagMs <= 5 * MINUTE_MS]).toEqual([true, true])
      }),
    )
  })
})
