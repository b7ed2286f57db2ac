import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scoreFewEvents, scoreManyEvents } from './poisson-tail.js'
import { MOST_SCORE } from './tail-score.js'

const UNIT = 10n ** 300n

function logTen(whole: bigint): number {
  const digits = whole.toString()
  return Math.log10(Number(digits.slice(0, 17))) + Math.max(0, digits.length - 17)
}

/** Terms from the ratios of each to the one before, in fixed point with 300 digits, until they are nothing. */
function exactTerms(ratio: (k: bigint) => [top: bigint, bottom: bigint]): bigint[] {
  const terms = [UNIT]
  for (let k = 0n; k < 4000n && (terms.at(-1) ?? 0n) > 0n; k += 1n) {
    const [top, bottom] = ratio(k)
    terms.push(((terms.at(-1) ?? 0n) * top) / bottom)
  }
  return terms
}

function exactScores(k: number, terms: readonly bigint[]): { many: number; few: number } {
  const sum = (some: readonly bigint[]): number => logTen(some.reduce((total, term) => total + term, 0n))
  return { many: sum(terms) - sum(terms.slice(k)), few: sum(terms) - sum(terms.slice(0, k + 1)) }
}

const count = fc.integer({ min: 0, max: 60 })

describe('scores of counts of events', () => {
  it('are exact to nine digits where events are independent', () => {
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 300 }), (k, tenths) => {
        const exact = exactScores(
          k,
          exactTerms((at) => [BigInt(tenths), 10n * (at + 1n)]),
        )
        expect(scoreManyEvents(k, tenths / 10)).toBeCloseTo(exact.many, 9)
        expect(scoreFewEvents(k, tenths / 10)).toBeCloseTo(exact.few, 9)
      }),
    )
  })

  it('are exact to eight digits where they vary more', () => {
    fc.assert(
      fc.property(
        count,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 11, max: 80 }),
        (k, tenths, dispersion) => {
          // The ratio is (1 − 1/d)(k + m/(d − 1)) / (k + 1), here with m and d in tenths.
          const [m, d] = [BigInt(tenths), BigInt(dispersion)]
          const exact = exactScores(
            k,
            exactTerms((at) => [at * (d - 10n) + m, d * (at + 1n)]),
          )
          expect(scoreManyEvents(k, tenths / 10, dispersion / 10)).toBeCloseTo(exact.many, 8)
          expect(scoreFewEvents(k, tenths / 10, dispersion / 10)).toBeCloseTo(exact.few, 8)
        },
      ),
    )
  })

  it('add up to certainty, for whatever means', () => {
    const mean = fc.double({ min: 1e-3, max: 1e6, noNaN: true })
    const dispersion = fc.double({ min: 0, max: 50, noNaN: true })
    const around = fc.double({ min: 0, max: 3, noNaN: true })
    fc.assert(
      fc.property(mean, dispersion, around, (expected, varied, factor) => {
        const k = Math.ceil(expected * factor)
        const total =
          10 ** -scoreManyEvents(k, expected, varied) + 10 ** -scoreFewEvents(k - 1, expected, varied)
        expect(Math.abs(total - 1)).toBeLessThan(1e-5)
      }),
    )
  })

  it('stay on the safe side of the exact sum where there are too many terms', () => {
    const [mean, dispersion, k] = [5000, 1e5, 1e5]
    const size = mean / (dispersion - 1)
    let [term, all, tail] = [1, 0, 0]
    for (let at = 0; term > 1e-18; at += 1) {
      all += term
      if (at >= k) tail += term
      term *= ((1 - 1 / dispersion) * (at + size)) / (at + 1)
    }
    const [given, exact] = [scoreManyEvents(k, mean, dispersion), Math.log10(all) - Math.log10(tail)]
    expect(given).toBeLessThanOrEqual(exact + 1e-6)
    expect(given).toBeGreaterThan(exact - 0.2)
  })

  it('are lower for what varies more', () => {
    expect(scoreManyEvents(40, 10)).toBeGreaterThan(10)
    expect(scoreManyEvents(40, 10, 20)).toBeLessThan(2)
    expect(scoreFewEvents(0, 60)).toBeGreaterThan(25)
    expect(scoreFewEvents(0, 60, 30)).toBeLessThan(4)
  })

  it('are plain at the ends', () => {
    expect(scoreManyEvents(0, 5)).toBe(0)
    expect(scoreFewEvents(-1, 5)).toBe(MOST_SCORE)
    expect(scoreManyEvents(1e6, 1)).toBe(MOST_SCORE)
  })

  it.each([
    [0.5, 1, 1],
    [1, 0, 1],
    [1, Number.NaN, 1],
    [1, 1, -1],
  ])('refuse %d where %d are expected, dispersion %d', (k, mean, dispersion) => {
    expect(() => scoreManyEvents(k, mean, dispersion)).toThrow(RangeError)
    expect(() => scoreFewEvents(k, mean, dispersion)).toThrow(RangeError)
  })
})
