import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findRank } from './find-rank.js'

// The two zeros are equal here, and would be told apart by the test.
const NUMBER = fc
  .oneof(fc.double({ noNaN: true }), fc.integer({ min: 0, max: 3 }))
  .map((number) => number + 0)
const NUMBERS = fc.array(NUMBER, { minLength: 1, maxLength: 200 })

describe('findRank', () => {
  it('finds what stands there when the numbers are sorted', () => {
    fc.assert(
      fc.property(NUMBERS, fc.nat(), (numbers, any) => {
        const rank = 1 + (any % numbers.length)
        const sorted = Float64Array.from(numbers).sort()
        expect(findRank(Float64Array.from(numbers), rank)).toEqual(sorted[rank - 1])
      }),
    )
  })

  it.each([
    ['ascending', (index: number) => index],
    ['descending', (index: number) => -index],
    ['all equal', () => 7],
    ['an organ pipe', (index: number) => -Math.abs(index - 500)],
  ])('finds it among numbers that are %s', (_, numberAt) => {
    const numbers = Float64Array.from({ length: 1000 }, (_empty, index) => numberAt(index))
    expect(findRank(numbers.slice(), 990)).toBe(numbers.slice().sort()[989])
  })

  it.each([0, 4])('finds nothing of rank %d among three', (rank) => {
    expect(findRank(Float64Array.of(3, 1, 2), rank)).toBeNaN()
  })
})
