import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { averageRecent } from './moving-average.js'
import { RecentValues } from './recent-values.js'
import { SnapshotError } from './snapshot-error.js'

/** Without −0, which sorts as 0 does and yet is not equal to it. */
const value = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((each) => each + 0)
const values = fc.array(value, { maxLength: 60 })
const size = fc.integer({ min: 1, max: 20 })

function recentOf(most: number, all: readonly number[]): RecentValues {
  const recent = new RecentValues(most)
  for (const each of all) recent.add(each)
  return recent
}

const sorted = (all: readonly number[]): number[] => all.toSorted((left, right) => left - right)

describe('RecentValues', () => {
  it('holds the last ones, and no more', () => {
    fc.assert(
      fc.property(size, values, (most, all) => {
        expect(sorted(recentOf(most, all).list)).toEqual(sorted(all.slice(-most)))
      }),
    )
  })

  it('passes over what is no number', () => {
    expect(recentOf(3, [1, Number.NaN, Infinity]).list).toEqual([1])
  })

  it('reads what it wrote, and goes on as before', () => {
    fc.assert(
      fc.property(size, values, value, (most, all, next) => {
        const [writer, recent] = [new ByteWriter(), recentOf(most, all)]
        recent.writeTo(writer)
        const read = RecentValues.readFrom(new ByteReader(writer.finish()), most)
        for (const each of [recent, read]) each.add(next)
        expect(read).toEqual(recent)
      }),
    )
  })

  it('reads any other bytes as values or refuses them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), size, (bytes, most) => {
        try {
          expect(RecentValues.readFrom(new ByteReader(bytes), most).list.length).toBeLessThanOrEqual(most)
        } catch (error) {
          expect(error).toBeInstanceOf(SnapshotError)
        }
      }),
    )
  })

  it.each([0, -1, 1.5, Number.NaN])('has no size of %d', (most) => {
    expect(() => new RecentValues(most)).toThrow(RangeError)
  })
})

describe('averageRecent', () => {
  it('knows nothing of nothing', () => {
    expect(averageRecent(new RecentValues(3))).toEqual({ mean: Number.NaN, deviation: Number.NaN, weight: 0 })
  })

  it('is the mean and the deviation of the last values', () => {
    expect(averageRecent(recentOf(4, [100, 2, 4, 4, 6]))).toEqual({
      mean: 4,
      deviation: Math.SQRT2,
      weight: 4,
    })
  })
})
