import { describe, expect, it } from 'vitest'
import { createDigest, type Digest } from './digest.js'

function takeMany(digest: Digest, type: string, count: number): boolean[] {
  return Array.from({ length: count }, () => digest.take(type))
}

describe('a digest', () => {
  it('tells the first alerts of each type, and counts the rest', () => {
    const digest = createDigest({ full: 2 })
    expect(takeMany(digest, 'slow', 4)).toEqual([true, true, false, false])
    expect(takeMany(digest, 'failed', 3)).toEqual([true, true, false])
    expect(digest.rest()).toEqual(
      new Map([
        ['slow', 2],
        ['failed', 1],
      ]),
    )
  })

  it('counts anew once it was asked for the rest, and still tells no more', () => {
    const digest = createDigest({ full: 1 })
    takeMany(digest, 'slow', 3)
    digest.rest()
    expect(digest.rest()).toEqual(new Map())
    expect(digest.take('slow')).toBe(false)
    expect(digest.rest()).toEqual(new Map([['slow', 1]]))
  })

  it('tells the first ones again after a restart, and forgets nothing of the sum', () => {
    const digest = createDigest({ full: 1 })
    takeMany(digest, 'slow', 3)
    digest.restart()
    expect(takeMany(digest, 'slow', 2)).toEqual([true, false])
    expect(digest.rest()).toEqual(new Map([['slow', 3]]))
    expect(digest.totals()).toEqual(new Map([['slow', 5]]))
  })
})
