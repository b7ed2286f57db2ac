import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../telemetry/metrics.js'
import { createToldTraces } from './told-traces.js'

function setUp(keepMs: number, maxTraces: number) {
  const metrics = createMetrics()
  const told = createToldTraces({ keepMs, maxTraces, metrics })
  const forgotten = async (): Promise<number> => (await metrics.forgottenTraces.get()).values[0]?.value ?? 0
  return { told, forgotten }
}

type Sighting = readonly [traceId: string, at: number, isNew: boolean]

describe('createToldTraces', () => {
  it.each<[string, number, readonly Sighting[]]>([
    [
      'tells each trace once',
      0,
      [
        ['a', 0, true],
        ['a', 0, false],
        ['b', 1, true],
        ['a', 2, false],
        ['b', 2, false],
      ],
    ],
    [
      'remembers a trace for as long as it was told to',
      0,
      [
        ['a', 0, true],
        ['a', 100, false],
      ],
    ],
    [
      'forgets a trace that was not seen for longer',
      0,
      [
        ['a', 0, true],
        ['b', 101, true],
        ['a', 101, true],
      ],
    ],
    [
      'forgets from when a trace was last seen',
      0,
      [
        ['a', 0, true],
        ['a', 90, false],
        ['a', 180, false],
        ['a', 281, true],
      ],
    ],
    [
      'holds as many as it may',
      0,
      [
        ['a', 0, true],
        ['b', 0, true],
        ['c', 0, true],
        ['a', 1, false],
        ['b', 1, false],
        ['c', 1, false],
      ],
    ],
    [
      'forgets the one seen longest ago beyond that',
      1,
      [
        ['a', 0, true],
        ['b', 1, true],
        ['c', 2, true],
        ['d', 3, true],
        ['b', 4, false],
        ['c', 4, false],
        ['d', 4, false],
      ],
    ],
    [
      'keeps one that was seen again',
      1,
      [
        ['a', 0, true],
        ['b', 1, true],
        ['c', 2, true],
        ['a', 3, false],
        ['d', 4, true],
        ['a', 5, false],
      ],
    ],
    [
      'tells again what it forgot too early',
      2,
      [
        ['a', 0, true],
        ['b', 0, true],
        ['c', 0, true],
        ['d', 0, true],
        ['a', 1, true],
      ],
    ],
    [
      'does not count those whose time was over',
      0,
      [
        ['a', 0, true],
        ['b', 0, true],
        ['c', 0, true],
        ['d', 101, true],
        ['e', 101, true],
        ['f', 101, true],
      ],
    ],
    [
      'stays within its bound when the clock goes back',
      1,
      [
        ['a', 500, true],
        ['b', 100, true],
        ['c', 100, true],
        ['d', 100, true],
        ['b', 100, false],
        ['d', 100, false],
      ],
    ],
  ])('%s', async (_, forgottenTraces, sightings) => {
    const { told, forgotten } = setUp(100, 3)
    expect(sightings.map(([traceId, at]) => [traceId, at, told.isNew(traceId, at)])).toEqual(sightings)
    expect(await forgotten()).toBe(forgottenTraces)
  })

  it('does as a plain list does', async () => {
    const [keepMs, maxTraces] = [50, 4]
    const sighting = fc.record({ id: fc.nat(8).map(String), waitMs: fc.nat(40) })
    await fc.assert(
      fc.asyncProperty(fc.array(sighting, { maxLength: 60 }), async (sightings) => {
        const { told, forgotten } = setUp(keepMs, maxTraces)
        let list: { id: string; seenAt: number }[] = []
        let [at, dropped] = [0, 0]
        for (const { id, waitMs } of sightings) {
          at += waitMs
          const alive = list.filter(({ seenAt }) => seenAt + keepMs >= at)
          const isNew = alive.every((each) => each.id !== id)
          list = [...alive.filter((each) => each.id !== id), { id, seenAt: at }]
          dropped += Math.max(list.length - maxTraces, 0)
          list = list.slice(-maxTraces)
          expect(told.isNew(id, at)).toBe(isNew)
        }
        expect(await forgotten()).toBe(dropped)
      }),
      { numRuns: 200 },
    )
  })

  it('stays quick when it is full', async () => {
    const { told, forgotten } = setUp(1_000_000, 1000)
    const news = Array.from({ length: 20_000 }, (_, index) => told.isNew(String(index), index))
    expect(news.every(Boolean)).toBe(true)
    expect(await forgotten()).toBe(19_000)
  })
})
