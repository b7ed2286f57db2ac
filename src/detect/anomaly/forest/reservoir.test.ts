import { describe, expect, it } from 'vitest'
import { Random } from './random.js'
import { Reservoir } from './reservoir.js'

const SIZE = 50

/** Offers the numbers from 0 on, each one half-life times `pace` after the one before. */
function sampleOf(count: number, pace: number, seed: number): number[] {
  const [random, reservoir, kept] = [new Random(seed), new Reservoir<number>(SIZE), new Set<number>()]
  for (let item = 0; item < count; item += 1) {
    const key = Reservoir.keyOf(random.next(), item * pace)
    if (!reservoir.wants(key)) continue
    const gone = reservoir.takeWorst()
    if (gone !== undefined) kept.delete(gone)
    reservoir.put(key, item)
    kept.add(item)
  }
  const items: number[] = []
  reservoir.forEach((_, item) => items.push(item))
  expect(new Set(items)).toEqual(kept)
  return items
}

describe('Reservoir', () => {
  it('keeps all until it is full', () => {
    expect(sampleOf(SIZE, 0, 1)).toEqual(Array.from({ length: SIZE }, (_, item) => item))
  })

  it('keeps any as likely as any other where nothing decays', () => {
    const samples = Array.from({ length: 100 }, (_, seed) => sampleOf(500, 0, seed)).flat()
    expect(samples).toHaveLength(100 * SIZE)
    const early = samples.filter((item) => item < 250).length / samples.length
    expect(early).toBeGreaterThan(0.48)
    expect(early).toBeLessThan(0.52)
  })

  it('keeps what is a half-life older half as likely', () => {
    const samples = Array.from({ length: 200 }, (_, seed) => sampleOf(2000, 1 / 200, seed)).flat()
    const within = (from: number, to: number): number =>
      samples.filter((item) => item >= from && item < to).length
    expect(within(1800, 2000) / within(1600, 1800)).toBeGreaterThan(1.8)
    expect(within(1800, 2000) / within(1600, 1800)).toBeLessThan(2.2)
    expect(within(0, 200)).toBeLessThan(within(1800, 2000) / 50)
  })
})
