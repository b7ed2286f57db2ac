import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader } from '../statistics/byte-reader.js'
import { ByteWriter } from '../statistics/byte-writer.js'
import { SnapshotError } from '../statistics/snapshot-error.js'
import { Random } from './random.js'
import { DEFAULT_SHARED_FOREST, SharedForest } from './shared-forest.js'

const T0 = Date.UTC(2026, 10, 24)
const TICK_MS = 10_000
const LIMIT = 0.3
const FEATURES = [
  { name: 'rate', floor: 1 },
  { name: 'p50', floor: 5 },
  { name: 'errors', floor: 0.02 },
]
const OPTIONS = { ...DEFAULT_SHARED_FOREST, features: FEATURES, trees: 20, sampleSize: 128 }

const spread = (random: Random, around: number, by: number): number =>
  around + by * (random.next() + random.next() - 1)

/** A busy, fast operation and a rare, slow one. */
const USUAL: Readonly<Record<string, (random: Random) => number[]>> = {
  fast: (random) => [spread(random, 200, 30), spread(random, 3, 1), spread(random, 0.01, 0.01)],
  slow: (random) => [spread(random, 5, 2), spread(random, 900, 200), 0],
}

function learn(ticks: number, usual = USUAL, options = OPTIONS): { forest: SharedForest; random: Random } {
  const [forest, random] = [new SharedForest(options), new Random(3)]
  for (let tick = 0; tick < ticks; tick += 1) {
    for (const [key, vector] of Object.entries(usual)) forest.learn(key, vector(random), T0 + tick * TICK_MS)
  }
  return { forest, random }
}

function bytesOf(forest: SharedForest): Uint8Array {
  const writer = new ByteWriter()
  forest.writeTo(writer)
  return writer.finish()
}

describe('SharedForest', () => {
  it('finds nothing in what is usual for each key, whatever the others do', () => {
    const { forest, random } = learn(200)
    for (const [key, vector] of Object.entries(USUAL)) {
      for (let time = 0; time < 100; time += 1)
        expect(forest.judge(key, vector(random)).score).toBeLessThan(LIMIT)
    }
  })

  it.each([
    ['fast', [200, 900, 0.01], 'p50'],
    ['slow', [5, 3, 0], 'p50'],
    ['slow', [5, 900, 0.6], 'errors'],
    ['fast', [0, 3, 0.01], 'rate'],
  ])('finds at once that %s is %j, and names %s first', (key, vector, name) => {
    const { score, contributions } = learn(200).forest.judge(key, vector)
    expect(score).toBeGreaterThan(LIMIT)
    const [first] = contributions
    expect(first?.name).toBe(name)
    expect(first?.share).toBeGreaterThan(0.7)
    expect(first?.value).toBe(vector[FEATURES.findIndex((feature) => feature.name === name)])
  })

  it('tells what the feature usually is', () => {
    const [first] = learn(200).forest.judge('slow', [5, 3, 0]).contributions
    expect(first?.mean).toBeGreaterThan(850)
    expect(first?.mean).toBeLessThan(950)
    expect(first?.deviation).toBeLessThan(200)
  })

  it('never finds anything in constant streams, or where it differs by a quarter of a floor at most', () => {
    const hair = fc.double({ min: -0.12, max: 0.12, noNaN: true })
    const near = fc.tuple(hair, hair, hair)
    fc.assert(
      fc.property(fc.infiniteStream(near), fc.double({ min: 0, max: 1e5, noNaN: true }), (hairs, around) => {
        const next = (): number[] =>
          FEATURES.map(({ floor }, row) => around + floor * (hairs.next().value?.[row] ?? 0))
        const { forest } = learn(80, { steady: next }, { ...OPTIONS, trees: 4, sampleSize: 32 })
        expect(forest.judge('steady', next()).score).toBe(0)
      }),
      { numRuns: 30 },
    )
  })

  it('thinks little of what is rare and hardly different', () => {
    const rarely = (random: Random): number[] => [random.next() < 0.02 ? 8.9 : 8, 3, 0]
    const { forest } = learn(400, { steady: rarely })
    expect(forest.judge('steady', [8.9, 3, 0]).score).toBeLessThan(LIMIT / 2)
    expect(forest.judge('steady', [28, 3, 0]).score).toBeGreaterThan(LIMIT)
  })

  it('takes what is missing to be as usual', () => {
    const { forest } = learn(200)
    expect(forest.judge('slow', [Number.NaN, Number.NaN, Number.NaN]).score).toBeLessThan(LIMIT)
    expect(forest.judge('slow', [Number.NaN, 9000, Number.NaN]).contributions[0]?.name).toBe('p50')
  })

  it('judges no key that it knows too little of', () => {
    const [{ forest }, nothing] = [learn(200), { score: 0, contributions: [] }]
    expect(forest.judge('new', [5, 9e5, 1])).toEqual(nothing)
    for (let tick = 0; tick < 29; tick += 1) forest.learn('new', [5, tick, 0], T0 + tick)
    expect(forest.judge('new', [5, 9e5, 1])).toEqual(nothing)
    for (let tick = 29; tick < 31; tick += 1) forest.learn('new', [5, tick, 0], T0 + tick)
    expect(forest.judge('new', [5, 9e5, 1]).score).toBeGreaterThan(LIMIT)
  })

  it('judges nothing before the forest knows enough', () => {
    expect(learn(31, { only: () => [1, 2, 3] }).forest.judge('only', [5, 9e5, 1]).score).toBe(0)
  })

  it('is used to what lasts', () => {
    const { forest } = learn(200, USUAL, { ...OPTIONS, halfLifeMs: 50 * TICK_MS })
    for (let tick = 200; tick < 600; tick += 1) forest.learn('slow', [5, 3, 0], T0 + tick * TICK_MS)
    expect(forest.judge('slow', [5, 3, 0]).score).toBeLessThan(LIMIT)
  })

  it('forgets the keys that taught nothing for longest, and counts them', () => {
    const forest = new SharedForest({ ...OPTIONS, mostKeys: 3, mostKeyLength: 5 })
    for (const key of ['a', 'b', 'c', 'a', 'd', 'much too long']) forest.learn(key, [1, 2, 3], T0)
    expect(forest.forgottenKeys).toBe(2)
    const text = Buffer.from(bytesOf(forest)).toString('latin1')
    expect(['a', 'b', 'c', 'd'].filter((key) => text.includes(`\u0001${key}`))).toEqual(['a', 'c', 'd'])
  })

  it('keeps what it learned, and is the same for the same', () => {
    const { forest } = learn(200)
    const read = (): SharedForest => SharedForest.readFrom(new ByteReader(bytesOf(forest)), OPTIONS)
    expect(bytesOf(read()).length).toBe(bytesOf(forest).length)
    expect(read().judge('slow', [5, 3, 0])).toEqual(read().judge('slow', [5, 3, 0]))
    expect(read().judge('slow', [5, 3, 0]).score).toBeGreaterThan(LIMIT)
    expect(read().judge('slow', [5, 900, 0]).score).toBeLessThan(LIMIT)
  })

  it('reads any other bytes as a forest or refuses them', () => {
    const options = { ...OPTIONS, trees: 2, sampleSize: 8 }
    const written = bytesOf(learn(40, USUAL, options).forest)
    const damaged = fc
      .tuple(fc.nat(written.length - 1), fc.nat(255))
      .map(([at, byte]) => written.with(at, byte))
    const cut = fc.nat(written.length - 1).map((length) => written.subarray(0, length))
    fc.assert(
      fc.property(fc.oneof(damaged, cut), (bytes) => {
        try {
          expect(
            SharedForest.readFrom(new ByteReader(bytes), options).judge('slow', [1, 2, 3]).score,
          ).toBeGreaterThanOrEqual(0)
        } catch (error) {
          expect(error).toBeInstanceOf(SnapshotError)
        }
      }),
    )
  })
})
