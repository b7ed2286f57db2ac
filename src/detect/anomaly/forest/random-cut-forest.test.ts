import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader } from '../statistics/byte-reader.js'
import { ByteWriter } from '../statistics/byte-writer.js'
import { SnapshotError } from '../statistics/snapshot-error.js'
import { Random } from './random.js'
import { DEFAULT_FOREST, type ForestOptions, RandomCutForest } from './random-cut-forest.js'

const T0 = Date.UTC(2026, 10, 24)
const TICK_MS = 10_000
const SMALL = { ...DEFAULT_FOREST, trees: 30, sampleSize: 64 }
/** Between what is usual and what is not. */
const LIMIT = 0.3

/** Normally distributed around 0, by Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}

function cloud(count: number, features: number, seed: number): number[][] {
  const random = new Random(seed)
  return Array.from({ length: count }, () => Array.from({ length: features }, () => normal(random)))
}

function learn(
  points: readonly (readonly number[])[],
  options: Partial<ForestOptions> = {},
): RandomCutForest {
  const forest = new RandomCutForest({ ...SMALL, features: points[0]?.length ?? 1, ...options })
  for (const [index, point] of points.entries()) forest.add(point, T0 + index * TICK_MS)
  return forest
}

function bytesOf(forest: RandomCutForest): Uint8Array {
  const writer = new ByteWriter()
  forest.writeTo(writer)
  return writer.finish()
}

const mostOf = (scores: readonly number[]): number => scores.reduce((most, score) => Math.max(most, score), 0)
const pushed = (point: readonly number[], feature: number, by: number): number[] =>
  point.map((value, index) => (index === feature ? value + by : value))

describe('RandomCutForest', () => {
  it.each([2, 3, 6, 12])(
    'tells the usual from what is far in one of %d features, and in which',
    (features) => {
      const forest = learn(cloud(600, features, 7), { sampleSize: 256 })
      const [usual, far] = [cloud(300, features, 8), cloud(30, features, 9)]
      expect(mostOf(usual.map((point) => forest.score(point).score))).toBeLessThan(LIMIT)
      for (const [index, point] of far.entries()) {
        const feature = index % features
        const { score, contributions } = forest.score(pushed(point, feature, index < 15 ? 25 : -25))
        expect(score).toBeGreaterThan(LIMIT)
        expect(contributions[feature]).toBeGreaterThan(0.8 * score)
      }
    },
  )

  it('has contributions that add up to the score, which is from 0 to 1', () => {
    const forest = learn(cloud(100, 4, 3))
    const value = fc.double({ noNaN: true })
    fc.assert(
      fc.property(fc.tuple(value, value, value, value), (point) => {
        const { score, contributions } = forest.score(point)
        expect(contributions.reduce((sum, each) => sum + each, 0)).toBeCloseTo(score, 9)
        expect(Math.min(...contributions)).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })

  it('never finds anything in a constant stream, or in one that differs by less than half a unit', () => {
    const hair = fc.double({ min: 0, max: 0.5, noNaN: true })
    const near = fc.tuple(hair, hair, hair)
    fc.assert(
      fc.property(
        fc.array(near, { minLength: 1, maxLength: 40 }),
        near,
        fc.integer({ min: -100, max: 100 }),
        (hairs, last, around) => {
          const forest = learn(
            hairs.map((point) => point.map((value) => around + value)),
            { trees: 5 },
          )
          expect(forest.score(last.map((value) => around + value)).score).toBe(0)
        },
      ),
    )
  })

  it('gets used to what lasts, and forgets what was', () => {
    const [before, after] = [cloud(400, 3, 1), cloud(400, 3, 2).map((point) => pushed(point, 1, 30))]
    const options = { halfLifeMs: 50 * TICK_MS }
    expect(learn(before, options).score([0, 30, 0]).score).toBeGreaterThan(0.5)
    const used = learn([...before, ...after], options)
    expect(used.score([0, 30, 0]).score).toBeLessThan(0.1)
    expect(used.score([0, 0, 0]).score).toBeGreaterThan(0.5)
  })

  it('is the same for the same seed, and much the same for another', () => {
    const [points, asked] = [cloud(200, 3, 1), [4, 0, -4]]
    expect(learn(points, { seed: 5 }).score(asked)).toEqual(learn(points, { seed: 5 }).score(asked))
    expect(learn(points, { seed: 6 }).score(asked)).not.toEqual(learn(points, { seed: 5 }).score(asked))
    expect(learn(points, { seed: 6 }).score(asked).score).toBeCloseTo(
      learn(points, { seed: 5 }).score(asked).score,
      1,
    )
  })

  it('does not change by being asked', () => {
    const [asked, silent] = [learn(cloud(100, 3, 1)), learn(cloud(100, 3, 1))]
    for (const point of cloud(50, 3, 2)) asked.score(point)
    expect(bytesOf(asked)).toEqual(bytesOf(silent))
  })

  it('knows nothing of nothing, and holds no more points than it may', () => {
    expect(new RandomCutForest({ ...SMALL, features: 2 }).score([1e9, Infinity])).toEqual({
      score: 0,
      contributions: [0, 0],
    })
    expect(learn(cloud(20, 2, 1)).count).toBe(20)
    expect(learn(cloud(500, 2, 1)).count).toBe(64)
  })

  it('keeps what it learned', () => {
    const forest = learn(cloud(300, 3, 1))
    const read = RandomCutForest.readFrom(new ByteReader(bytesOf(forest)), { ...SMALL, features: 3 })
    expect(bytesOf(read).length).toBe(bytesOf(forest).length)
    for (const point of cloud(20, 3, 2)) {
      expect(Math.abs(read.score(point).score - forest.score(point).score)).toBeLessThan(0.1)
      expect(read.score(pushed(point, 2, 30)).score).toBeGreaterThan(0.5)
    }
    expect(read.count).toBe(64)
  })

  it('reads any other bytes as a forest or refuses them', () => {
    const options = { ...SMALL, features: 3, trees: 2, sampleSize: 16 }
    const written = bytesOf(learn(cloud(40, 3, 1), options))
    const damaged = fc
      .tuple(fc.nat(written.length - 1), fc.nat(255))
      .map(([at, byte]) => written.with(at, byte))
    const cut = fc.nat(written.length - 1).map((length) => written.subarray(0, length))
    fc.assert(
      fc.property(fc.oneof(damaged, cut, fc.uint8Array({ maxLength: 100 })), (bytes) => {
        try {
          const read = RandomCutForest.readFrom(new ByteReader(bytes), options)
          for (const point of cloud(40, 3, 2)) read.add(point, T0 + 1e7)
          expect(read.score([1, 2, 3]).score).toBeGreaterThanOrEqual(0)
        } catch (error) {
          expect(error).toBeInstanceOf(SnapshotError)
        }
      }),
    )
  })

  it.each([[[1]], [[1, 2, 3]], [[1, Number.NaN]]])('refuses the point %j', (point) => {
    const forest = new RandomCutForest({ ...SMALL, features: 2 })
    expect(() => forest.add(point, T0)).toThrow(RangeError)
    expect(() => forest.score(point)).toThrow(RangeError)
  })

  it.each([0, 13, 1.5])('refuses %d features', (features) => {
    expect(() => new RandomCutForest({ ...SMALL, features })).toThrow(RangeError)
  })
})
