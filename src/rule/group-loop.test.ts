import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../../test/test-clock.js'
import type { Clock } from '../model/clock.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../model/time.js'
import type { LogFields, Logger } from '../telemetry/logger.js'
import { createGroupLoop, type GroupLoopOptions } from './group-loop.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const OFFSET_MS = 10 * SECOND_MS

interface SetUp {
  /** How long each evaluation takes, in seconds; those after the last take no time. */
  readonly takes?: readonly number[]
  readonly evaluate?: GroupLoopOptions['evaluate']
  readonly firstAt?: Timestamp
}

function setUp({ takes = [], evaluate, firstAt }: SetUp = {}) {
  const clock = createTestClock(T0)
  /** Of each evaluation the moment it was for and the moment it began, in seconds since the start. */
  const made: [due: number, begun: number][] = []
  const missed: number[] = []
  const errors: (readonly [string, LogFields | undefined])[] = []
  let setBackMs = 0
  let running = 0
  let mostRunning = 0
  const wall: Clock = {
    now: () => clock.now() - setBackMs,
    sleepUntil: (at, signal) => clock.sleepUntil(at + setBackMs, signal),
  }
  const logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (message, fields) => void errors.push([message, fields]),
  }
  const loop = createGroupLoop({
    evaluate: async (at, signal) => {
      made.push([(at - T0) / SECOND_MS, (clock.now() - T0) / SECOND_MS])
      running += 1
      mostRunning = Math.max(mostRunning, running)
      const takesMs = (takes[made.length - 1] ?? 0) * SECOND_MS
      try {
        await (evaluate ?? (() => wall.sleepUntil(wall.now() + takesMs, signal)))(at, signal)
      } finally {
        running -= 1
      }
    },
    onLate: (count) => void missed.push(count),
    clock: wall,
    grid: { intervalMs: MINUTE_MS, offsetMs: OFFSET_MS },
    firstAt,
    logger,
  })
  return {
    loop,
    clock,
    made,
    missed,
    errors,
    mostRunning: () => mostRunning,
    setBack: (ms: number) => void (setBackMs += ms),
  }
}

describe('createGroupLoop', () => {
  it.each<[string, readonly number[], readonly (readonly [number, number])[], readonly number[]]>([
    [
      'keeps to its grid',
      [],
      [
        [10, 10],
        [70, 70],
        [130, 130],
        [190, 190],
      ],
      [],
    ],
    [
      'keeps to its grid where evaluations take less than the interval',
      [59, 30],
      [
        [10, 10],
        [70, 70],
        [130, 130],
        [190, 190],
      ],
      [],
    ],
    [
      'is late once where one takes just the interval',
      [60],
      [
        [10, 10],
        [70, 70],
        [130, 130],
        [190, 190],
      ],
      [0],
    ],
    [
      'evaluates late for the moment that was due',
      [80],
      [
        [10, 10],
        [70, 90],
        [130, 130],
        [190, 190],
      ],
      [0],
    ],
    [
      'leaves a moment out where another has come',
      [130],
      [
        [10, 10],
        [130, 140],
        [190, 190],
      ],
      [1],
    ],
    [
      'leaves out as many as have passed',
      [200],
      [
        [10, 10],
        [190, 210],
      ],
      [2],
    ],
    [
      'keeps no backlog where one after the other is slow',
      [90, 90],
      [
        [10, 10],
        [70, 100],
        [190, 190],
      ],
      [0, 1],
    ],
  ])('%s', async (_, takes, expected, late) => {
    const { loop, clock, made, missed, mostRunning } = setUp({ takes })
    await loop.start()
    await clock.advance(220 * SECOND_MS)
    expect(made).toEqual(expected)
    expect(missed).toEqual(late)
    expect(mostRunning()).toBe(1)
    await loop.stop()
    expect(clock.sleeping).toBe(0)
  })

  it('never overlaps, stays on the grid and accounts for every moment, however long evaluations take', async () => {
    const seconds = fc.oneof(fc.nat(60), fc.nat(240), fc.constant(60))
    await fc.assert(
      fc.asyncProperty(fc.array(seconds, { maxLength: 8 }), async (takes) => {
        const { loop, clock, made, missed, mostRunning } = setUp({ takes })
        await loop.start()
        await clock.advance((takes.reduce((sum, each) => sum + each, 0) + 600) * SECOND_MS)
        await loop.stop()
        expect(mostRunning()).toBe(1)
        const leftOut = missed.reduce((sum, each) => sum + each, 0)
        const last = made.at(-1)?.[0] ?? 0
        expect((last - 10) / 60 + 1).toBe(made.length + leftOut)
        for (const [due, begun] of made) {
          expect((due - 10) % 60).toBe(0)
          expect(begun).toBeGreaterThanOrEqual(due)
          expect(begun - due).toBeLessThan(60)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('begins with the moment it is given, even where that has passed', async () => {
    const { loop, clock, made } = setUp({ firstAt: T0 - 50 * SECOND_MS })
    await loop.start()
    await clock.advance(70 * SECOND_MS)
    expect(made).toEqual([
      [-50, 0],
      [10, 10],
      [70, 70],
    ])
    await loop.stop()
  })

  it('goes on at once where the clock is set back', async () => {
    const { loop, clock, made, missed, setBack } = setUp({ takes: [0, 20] })
    await loop.start()
    await clock.advance(75 * SECOND_MS)
    setBack(3600 * SECOND_MS)
    await clock.advance(60 * SECOND_MS)
    // An hour before 95 s comes 5 s before a moment of the grid.
    expect(made).toEqual([
      [10, 10],
      [70, 70],
      [130 - 3600, 130],
    ])
    expect(missed).toEqual([])
    await loop.stop()
  })

  it('says which evaluation a stop cut short', async () => {
    const { loop, clock } = setUp({ takes: [0, 20] })
    await loop.start()
    await clock.advance(75 * SECOND_MS)
    await loop.stop()
    expect(loop.interruptedAt()).toBe(T0 + 70 * SECOND_MS)
  })

  it('says of none where it stops between two, or one is made all the same', async () => {
    const between = setUp()
    await between.loop.start()
    await between.clock.advance(75 * SECOND_MS)
    await between.loop.stop()
    expect(between.loop.interruptedAt()).toBeUndefined()

    const waiting: (() => void)[] = []
    const made = setUp({ evaluate: () => new Promise((resolve) => waiting.push(resolve)) })
    await made.loop.start()
    await made.clock.advance(10 * SECOND_MS)
    const stopping = made.loop.stop()
    for (const resolve of waiting) resolve()
    await stopping
    expect(made.loop.interruptedAt()).toBeUndefined()
  })

  it('may be stopped before it was started, twice, and started twice', async () => {
    const { loop, clock, made } = setUp()
    await loop.stop()
    await loop.start()
    await loop.start()
    await clock.advance(10 * SECOND_MS)
    await loop.stop()
    await loop.stop()
    await clock.advance(600 * SECOND_MS)
    expect(made).toEqual([[10, 10]])
  })

  it('says so where a fault of our own ends it', async () => {
    const { loop, clock, errors } = setUp({
      evaluate: async () => {
        throw new TypeError('x is not a function')
      },
    })
    await loop.start()
    await clock.advance(60 * SECOND_MS)
    expect(errors).toEqual([
      ['A rule group is evaluated no more', { error: 'TypeError: x is not a function' }],
    ])
    await loop.stop()
  })
})
