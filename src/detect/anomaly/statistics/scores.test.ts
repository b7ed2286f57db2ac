import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ewma } from './ewma.js'
import { LogHistogram } from './log-histogram.js'
import { findDeviation, findRecentDeviation, scoreByMedian } from './median-deviation.js'
import { averageRecent } from './moving-average.js'
import { RecentValues } from './recent-values.js'
import { scoreByMean } from './z-score.js'

const FLOOR = { absolute: 1, share: 0.05 }
const OPTIONS = { floor: FLOOR, minWeight: 10 }
const LIMIT = 4
const TICK_MS = 10_000

/** A way to judge a value and to learn from it. */
interface Judge {
  score(value: number): number
  add(value: number): void
}

function byEwma(): Judge {
  const ewma = new Ewma(60 * TICK_MS)
  let at = 0
  return {
    score: (value) => scoreByMean(value, ewma.find(), OPTIONS),
    add: (value) => ewma.add(value, (at += TICK_MS)),
  }
}

function byAverage(): Judge {
  const recent = new RecentValues(60)
  return {
    score: (value) => scoreByMean(value, averageRecent(recent), OPTIONS),
    add: (value) => recent.add(value),
  }
}

function byMedian(): Judge {
  const recent = new RecentValues(60)
  return {
    score: (value) => scoreByMedian(value, findRecentDeviation(recent), FLOOR),
    add: (value) => recent.add(value),
  }
}

function byHistogram(): Judge {
  const histogram = new LogHistogram()
  return {
    score: (value) => scoreByMedian(value, findDeviation(histogram), FLOOR),
    add(value) {
      histogram.scale(0.98)
      histogram.add(value)
    },
  }
}

const JUDGES: readonly [name: string, create: () => Judge][] = [
  ['an EWMA', byEwma],
  ['a moving average', byAverage],
  ['a median', byMedian],
  ['the median of a histogram', byHistogram],
]

const usual = fc.double({ min: 1, max: 1e5, noNaN: true })

describe.each(JUDGES)('a judge by %s', (_, create) => {
  it('never finds anything in a constant stream, or in one that differs by a hair', () => {
    fc.assert(
      fc.property(
        usual,
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 50 }),
        (value, hairs) => {
          const judge = create()
          for (const hair of hairs) {
            const next = value + hair * Math.min(1, value) * 0.9
            expect(Math.abs(judge.score(next))).toBeLessThan(LIMIT)
            judge.add(next)
          }
        },
      ),
    )
  })

  it('finds a stream that is shifted at once, and is used to it in the end', () => {
    fc.assert(
      fc.property(usual, fc.double({ min: 1.5, max: 50, noNaN: true }), (value, factor) => {
        const [judge, shifted] = [create(), value * factor + 10]
        for (let time = 0; time < 100; time += 1) judge.add(value)
        expect(judge.score(shifted)).toBeGreaterThan(LIMIT)
        for (let time = 0; time < 400; time += 1) judge.add(shifted)
        expect(Math.abs(judge.score(shifted))).toBeLessThan(LIMIT)
        expect(judge.score(value)).toBeLessThan(0)
      }),
    )
  })

  it('finds nothing before it knows anything', () => {
    expect(create().score(1e9)).toBe(0)
  })
})

describe('a median', () => {
  it('is not spoiled by fewer than half of the values, as a mean is', () => {
    const recent = new RecentValues(9)
    for (const value of [10, 11, 1e6, 9, 10, 1e6, 10, 1e6, 11]) recent.add(value)
    expect(findRecentDeviation(recent)).toEqual({ median: 11, deviation: 1 })
  })

  it('is told in standard deviations, of which a MAD is two thirds where values are normally distributed', () => {
    const floor = { absolute: 0.1, share: 0 }
    expect(scoreByMedian(7, { median: 10, deviation: 2 }, floor)).toBeCloseTo(-1.0117, 4)
  })

  it('of an even number lies in the middle', () => {
    const recent = new RecentValues(9)
    for (const value of [1, 2, 4, 9]) recent.add(value)
    expect(findRecentDeviation(recent)).toEqual({ median: 3, deviation: 1.5 })
  })

  it('of a histogram is about that of its values', () => {
    fc.assert(
      fc.property(fc.array(usual, { minLength: 1, maxLength: 61 }), (values) => {
        const odd = values.length % 2 === 0 ? values.slice(1) : values
        const [recent, histogram] = [new RecentValues(100), new LogHistogram()]
        for (const value of odd) for (const into of [recent, histogram]) into.add(value)
        const [exact, about] = [findRecentDeviation(recent), findDeviation(histogram)]
        expect(Math.abs(about.median - exact.median)).toBeLessThanOrEqual(0.04 * exact.median)
        const most = 0.08 * (exact.median + exact.deviation)
        expect(Math.abs(about.deviation - exact.deviation)).toBeLessThanOrEqual(most)
      }),
    )
  })
})
