import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { Ewma } from './ewma.js'
import { SnapshotError } from './snapshot-error.js'

const HALF_LIFE_MS = 60_000
const T0 = Date.UTC(2026, 10, 24)

type Point = readonly [value: number, at: number]

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const point: fc.Arbitrary<Point> = fc.tuple(
  value,
  fc.integer({ min: 0, max: 600_000 }).map((after) => T0 + after),
)
const points = fc.array(point, { minLength: 1, maxLength: 40 })

function averageOf(all: readonly Point[]): Ewma {
  const ewma = new Ewma(HALF_LIFE_MS)
  for (const [each, at] of all) ewma.add(each, at)
  return ewma
}

/** By the definition. */
function longWay(all: readonly Point[]): { mean: number; deviation: number; weight: number } {
  const newest = Math.max(...all.map(([, at]) => at))
  const weighted = all.map(([each, at]): [number, number] => [each, 2 ** ((at - newest) / HALF_LIFE_MS)])
  const weight = weighted.reduce((sum, [, worth]) => sum + worth, 0)
  const mean = weighted.reduce((sum, [each, worth]) => sum + each * worth, 0) / weight
  const variance = weighted.reduce((sum, [each, worth]) => sum + worth * (each - mean) ** 2, 0) / weight
  return { mean, deviation: Math.sqrt(variance), weight }
}

describe('Ewma', () => {
  it('is what its definition says, in whatever order values come', () => {
    fc.assert(
      fc.property(points, (all) => {
        const [given, exact] = [averageOf(all).find(), longWay(all)]
        expect(given.weight).toBeCloseTo(exact.weight, 9)
        expect(Math.abs(given.mean - exact.mean)).toBeLessThan(1e-6)
        // Squares of values up to 1e6 leave no more digits.
        expect(Math.abs(given.deviation - exact.deviation)).toBeLessThan(1e-2)
      }),
    )
  })

  it('does not vary where values do not', () => {
    fc.assert(
      fc.property(value, fc.array(fc.nat(600_000), { minLength: 1 }), (same, times) => {
        const { mean, deviation } = averageOf(times.map((after): Point => [same, T0 + after])).find()
        expect([mean === same, deviation]).toEqual([true, 0])
      }),
    )
  })

  it('forgets: after ten half-lives the past is a thousandth', () => {
    const ewma = averageOf(Array.from({ length: 100 }, (_, index): Point => [1000, T0 + index]))
    ewma.add(0, T0 + 10 * HALF_LIFE_MS)
    expect(ewma.find().mean).toBeLessThan(100)
    ewma.add(0, T0 + 20 * HALF_LIFE_MS)
    expect(ewma.find().mean).toBeLessThan(0.1)
  })

  it('begins anew where all was forgotten, and knows nothing before anything came', () => {
    const ewma = averageOf([[5, T0]])
    ewma.add(7, T0 + 1e9)
    expect(ewma.find()).toEqual({ mean: 7, deviation: 0, weight: 1 })
    expect(new Ewma(1).find()).toEqual({ mean: Number.NaN, deviation: Number.NaN, weight: 0 })
  })

  it('passes over what is no number and what weighs nothing', () => {
    const ewma = averageOf([
      [5, T0],
      [Number.NaN, T0],
      [Infinity, T0],
    ])
    ewma.add(100, T0, 0)
    expect(ewma.find()).toEqual({ mean: 5, deviation: 0, weight: 1 })
  })

  it('reads what it wrote, and goes on as before', () => {
    fc.assert(
      fc.property(points, point, (all, [next, at]) => {
        const [writer, ewma] = [new ByteWriter(), averageOf(all)]
        ewma.writeTo(writer)
        const read = Ewma.readFrom(new ByteReader(writer.finish()), HALF_LIFE_MS)
        for (const each of [ewma, read]) each.add(next, at)
        expect(read).toEqual(ewma)
      }),
    )
  })

  it('reads any other bytes as an average or refuses them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          expect(Ewma.readFrom(new ByteReader(bytes), HALF_LIFE_MS).find().deviation).not.toBeLessThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(SnapshotError)
        }
      }),
    )
  })

  it.each([0, -1, Number.NaN])('has no half-life of %d', (halfLifeMs) => {
    expect(() => new Ewma(halfLifeMs)).toThrow(RangeError)
  })
})
