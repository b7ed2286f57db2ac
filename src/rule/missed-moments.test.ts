import { describe, expect, it } from 'vitest'
import { missedMoments } from './missed-moments.js'

describe('missedMoments', () => {
  it.each<[string, number | undefined, number, readonly number[]]>([
    ['before the first evaluation', undefined, 100, []],
    ['one interval after the last', 70, 100, []],
    ['between two moments', 85, 100, []],
    ['two intervals after the last', 40, 100, [70]],
    ['off the grid, after a reload', 25, 100, [70, 40]],
    ['where the clock was set back', 400, 100, []],
  ])('%s', (_, last, at, expected) => {
    expect(missedMoments(last, at, 30)).toEqual(expected)
  })

  it('are no more than a thousand, the newest', () => {
    const missed = missedMoments(0, 1_000_000, 10)
    expect(missed).toHaveLength(1000)
    expect(missed[0]).toBe(999_990)
  })
})
