import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scoreAtLeast, scoreAtMost } from './beta-binomial.js'
import { MOST_SCORE } from './tail-score.js'

const times = (from: bigint, step: bigint, count: number): bigint => {
  let product = 1n
  for (let index = 0n; index < BigInt(count); index += 1n) product *= from + index * step
  return product
}

const choose = (n: number, k: number): bigint => times(BigInt(n - k + 1), 1n, k) / times(1n, 1n, k)

/** The probability of each k, where a and b are given in halves; all of them over one denominator. */
function exactTerms(n: number, halvesA: number, halvesB: number): { terms: bigint[]; denominator: bigint } {
  const [a, b] = [BigInt(halvesA), BigInt(halvesB)]
  const terms = Array.from({ length: n + 1 }, (_, k) => choose(n, k) * times(a, 2n, k) * times(b, 2n, n - k))
  return { terms, denominator: times(a + b, 2n, n) }
}

function logTen(whole: bigint): number {
  const digits = whole.toString()
  return Math.log10(Number(digits.slice(0, 17))) + Math.max(0, digits.length - 17)
}

const sum = (terms: readonly bigint[]): bigint => terms.reduce((total, term) => total + term, 0n)

const halves = fc.integer({ min: 1, max: 400 })
const counted = fc
  .integer({ min: 0, max: 60 })
  .chain((n) => fc.record({ n: fc.constant(n), k: fc.integer({ min: 0, max: n }), a: halves, b: halves }))

describe('scores of a beta-binomial count', () => {
  it('are exact to nine digits', () => {
    fc.assert(
      fc.property(counted, ({ n, k, a, b }) => {
        const { terms, denominator } = exactTerms(n, a, b)
        const [atLeast, atMost] = [sum(terms.slice(k)), sum(terms.slice(0, k + 1))]
        expect(scoreAtLeast(k, n, a / 2, b / 2)).toBeCloseTo(logTen(denominator) - logTen(atLeast), 9)
        expect(scoreAtMost(k, n, a / 2, b / 2)).toBeCloseTo(logTen(denominator) - logTen(atMost), 9)
      }),
      { numRuns: 500 },
    )
  })

  it('add up to certainty, for whatever counts', () => {
    const large = fc.double({ min: 0.01, max: 1e6, noNaN: true })
    const many = fc
      .integer({ min: 1, max: 30_000 })
      .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 1, max: n })))
    fc.assert(
      fc.property(many, large, large, ([n, k], a, b) => {
        const total = 10 ** -scoreAtLeast(k, n, a, b) + 10 ** -scoreAtMost(k - 1, n, a, b)
        expect(Math.abs(total - 1)).toBeLessThan(1e-6)
      }),
    )
  })

  it('grow with the count', () => {
    fc.assert(
      fc.property(counted, ({ n, k, a, b }) => {
        fc.pre(k < n)
        expect(scoreAtLeast(k + 1, n, a / 2, b / 2)).toBeGreaterThan(scoreAtLeast(k, n, a / 2, b / 2))
      }),
    )
  })

  it.each([
    ['none of none', 0, 0, 0],
    ['at least none', 0, 9, 0],
    ['more than all', 10, 9, MOST_SCORE],
    ['fewer than none', -3, 9, 0],
  ])('are plain for %s', (_, k, n, score) => {
    expect(scoreAtLeast(k, n, 0.5, 0.5)).toBe(score)
  })

  // 1 of 3 in error says little where 1 in 100 were, all of 10 say much.
  it('weigh small samples for what they are', () => {
    expect(scoreAtLeast(1, 3, 1.5, 99.5)).toBeLessThan(1.5)
    expect(scoreAtLeast(10, 10, 1.5, 99.5)).toBeGreaterThan(10)
  })

  it('go where a probability would be zero, and no further than they say', () => {
    expect(scoreAtLeast(400, 400, 1, 1e6)).toBeGreaterThan(500)
    expect(scoreAtLeast(10_000, 10_000, 0.5, 1e6)).toBe(MOST_SCORE)
  })

  // The last is no bell: its tail falls so slowly that not much is known of what is left.
  it.each([
    [1_250_000, 20, 20, 0.15],
    [1_500_000, 20, 20, 0.15],
    [1_700_000, 20, 20, 0.15],
    [400_000, 0.3, 2, 0.6],
  ])(
    'stay on the safe side of the exact sum where there are too many terms: %d, given %d and %d',
    (k, a, b, off) => {
      const [given, exact] = [scoreAtLeast(k, 2_000_000, a, b), longWay(k, 2_000_000, a, b)]
      expect(given).toBeLessThanOrEqual(exact + 1e-9)
      expect(given).toBeGreaterThan(exact - off)
    },
  )

  it.each([
    [0.5, 3, 1, 1],
    [1, -1, 1, 1],
    [1, 3, 0, 1],
    [1, 3, 1, Infinity],
    [1, Number.NaN, 1, 1],
  ])('refuse %d of %d given %d and %d', (k, n, a, b) => {
    expect(() => scoreAtLeast(k, n, a, b)).toThrow(RangeError)
  })
})

/** All terms, one by one, scaled by the largest. */
function longWay(k: number, n: number, a: number, b: number): number {
  let [log, most] = [0, -Infinity]
  const logs: number[] = []
  for (let at = 0; at <= n; at += 1) {
    logs.push(log)
    most = Math.max(most, log)
    log += Math.log(((n - at) * (at + a)) / ((at + 1) * (n - at - 1 + b)))
  }
  let [all, tail] = [0, 0]
  for (let at = n; at >= 0; at -= 1) {
    all += Math.exp((logs[at] ?? 0) - most)
    if (at === k) tail = all
  }
  return Math.log10(all) - Math.log10(tail)
}
