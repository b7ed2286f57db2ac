import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHarness, labelsOf, type Harness } from '../../test/dispatch-harness.js'
import type { Alert } from '../model/alert.js'
import { toFingerprint } from '../model/label-set.js'

const SETTINGS = {
  route: {
    receiver: 'team',
    group_by: ['g'],
    group_wait: '10s',
    group_interval: '1m',
    repeat_interval: '1h',
  },
}
const A = 'g=x,n=a'

const keysOf = ({ flushes }: Harness): readonly string[] =>
  flushes.flatMap(({ notification }) => notification?.idempotencyKey ?? [])

/** The disk takes nothing from now on: what is answered brings a later process to what it has. */
function failDisk({ log, active }: Harness): () => void {
  const [notices, alerts] = [[...log], [...active]]
  return () => {
    log.clear()
    active.clear()
    for (const [key, notice] of notices) log.set(key, notice)
    for (const [key, alert] of alerts) active.set(key, alert)
  }
}

/** Says that an alert goes on, or fires again, with the beginning that it had. */
function goOn(harness: Harness, text: string, seconds: number): void {
  const startsAt = harness.active.get(toFingerprint(labelsOf(text)))?.startsAt ?? harness.clock.now()
  const endsAt = harness.clock.now() + seconds * 1000
  harness.accept([harness.alertOf(text, { startsAt, endsAt })])
}

describe('the key of a transition whose telling was lost', () => {
  const loseAndTellAgain = async (
    before: (harness: Harness) => Promise<void>,
    lost: (harness: Harness, turn: number) => Promise<void>,
  ): Promise<{ first: readonly string[]; again: readonly string[] }> => {
    const harness = createHarness(SETTINGS)
    await harness.start()
    await before(harness)
    const told = keysOf(harness).length
    const goBack = failDisk(harness)
    await lost(harness, 1)
    const first = keysOf(harness).slice(told)
    goBack()
    await harness.restart(17)
    await lost(harness, 2)
    return { first, again: keysOf(harness).slice(told + first.length) }
  }

  it('is the same for an end, though it ends later now', async () => {
    const { first, again } = await loseAndTellAgain(
      async ({ fire, until }) => (fire(A), until(15)),
      async ({ resolve, clock }) => (resolve(A), clock.advance(60_000)),
    )
    expect(first).toHaveLength(1)
    expect(again).toEqual(first)
  })

  it('is the same for an end after a repeat and after others came and went', async () => {
    const others = async (harness: Harness, turn: number): Promise<void> => {
      await harness.clock.advance(3_700_000)
      if (turn === 1) {
        harness.fire('g=x,n=b')
        await harness.clock.advance(60_000)
        harness.resolve('g=x,n=b')
        await harness.clock.advance(60_000)
      }
      harness.resolve(A)
      await harness.clock.advance(60_000)
    }
    const { first, again } = await loseAndTellAgain(async ({ fire, until }) => (fire(A), until(15)), others)
    expect(first).toHaveLength(4)
    // The first repeat, and the end.
    expect([again.at(0), again.at(-1)]).toEqual([first.at(0), first.at(-1)])
  })

  it('is the same for a beginning that was saved', async () => {
    const { first, again } = await loseAndTellAgain(
      async ({ fire }) => fire(A, 'g=x,n=b'),
      async ({ clock }) => clock.advance(20_000),
    )
    expect(first).toHaveLength(1)
    expect(again).toEqual(first)
  })

  it('is another where the alert began anew', async () => {
    const { first, again } = await loseAndTellAgain(
      async () => {},
      async ({ fire, clock }) => (fire(A), clock.advance(20_000)),
    )
    expect([first.length, again.length]).toEqual([1, 1])
    expect(again).not.toEqual(first)
  })
})

describe('the key of what is told on purpose', () => {
  it('is another for each repeat', async () => {
    const harness = createHarness(SETTINGS)
    await harness.start()
    harness.fire(A)
    await harness.until(5 * 3700)
    expect(keysOf(harness).length).toBeGreaterThan(4)
    expect(new Set(keysOf(harness)).size).toBe(keysOf(harness).length)
  })

  it('is another where an alert fires again with the beginning that it had', async () => {
    const harness = createHarness(SETTINGS)
    await harness.start()
    for (let turn = 0; turn < 3; turn += 1) {
      goOn(harness, A, 60)
      await harness.clock.advance(200_000)
      harness.active.set(toFingerprint(labelsOf(A)), began(harness, A))
    }
    expect(harness.told().map((line) => line.split(' ').slice(1).join(' '))).toEqual(
      ['+a', '-a', '+a', '-a', '+a', '-a'].map((what) => `team {g=x}: ${what}`),
    )
    expect(new Set(keysOf(harness)).size).toBe(6)
  })

  it('is another each time, whatever comes and goes', async () => {
    const names = fc.constantFrom(A, 'g=x,n=b')
    const steps = fc.record({
      what: fc.constantFrom('goOn', 'fire', 'resolve', 'restart'),
      name: names,
      seconds: fc.constantFrom(1, 10, 59, 61, 300, 4000),
    })
    const story = fc.asyncProperty(fc.array(steps, { maxLength: 20 }), async (all) => {
      const harness = createHarness(SETTINGS)
      await harness.start()
      // As a rule knows when its alert began, whatever people were told meanwhile.
      const beginnings = new Map<string, number>()
      for (const { what, name, seconds } of all) {
        const now = harness.clock.now()
        const startsAt = what === 'goOn' ? (beginnings.get(name) ?? now) : now
        if (what === 'goOn' || what === 'fire') {
          beginnings.set(name, startsAt)
          harness.accept([harness.alertOf(name, { startsAt, endsAt: now + 60_000 })])
        }
        if (what === 'resolve') harness.resolve(name)
        if (what === 'restart') await harness.restart(1)
        await harness.clock.advance(seconds * 1000)
      }
      expect(new Set(keysOf(harness)).size).toBe(keysOf(harness).length)
    })
    await fc.assert(story, { numRuns: 150 })
  })
})

/** The alert as its rule knows it, of which dispatch has let go. */
function began(harness: Harness, text: string): Alert {
  const [first] = harness.flushes.flatMap(({ notification }) =>
    notification?.lane === 'alerts' ? notification.alerts : [],
  )
  return harness.alertOf(text, first)
}
