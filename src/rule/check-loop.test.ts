import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../../test/test-clock.js'
import type { Anomaly } from '../model/anomaly.js'
import type { Clock } from '../model/clock.js'
import { SourceError } from '../model/source-error.js'
import type { LogFields, Logger } from '../telemetry/logger.js'
import { createMetrics } from '../telemetry/metrics.js'
import type { CheckOutcome } from './check.js'
import { createCheckLoop, type CheckLoopOptions } from './check-loop.js'

const INTERVAL_MS = 30_000

interface SetUp {
  /** How long each check takes, in order; those after the last take no time. */
  readonly durationsMs?: readonly number[]
  readonly check?: CheckLoopOptions['check']
  readonly commit?: CheckLoopOptions['commit']
}

const good = (at: number): CheckOutcome => ({ at, anomalies: [], failures: [], measures: new Map() })

function setUp(options: SetUp = {}) {
  const clock = createTestClock()
  const metrics = createMetrics()
  const begun = clock.now()
  const beganAt: number[] = []
  const committed: CheckOutcome[] = []
  const lines: (readonly [level: string, message: string, fields?: LogFields])[] = []
  let running = 0
  let mostRunning = 0
  let setBackMs = 0

  // A wall clock that can be set back, on top of one that cannot.
  const wall: Clock = {
    now: () => clock.now() - setBackMs,
    sleepUntil: (at, signal) => clock.sleepUntil(at + setBackMs, signal),
  }
  const write =
    (level: string): Logger['info'] =>
    (message, fields) =>
      void lines.push(fields === undefined ? [level, message] : [level, message, fields])

  async function takeTime(at: number, signal: AbortSignal): Promise<CheckOutcome> {
    await wall.sleepUntil(at + (options.durationsMs?.[beganAt.length - 1] ?? 0), signal)
    return good(at)
  }

  const loop = createCheckLoop({
    check: async (at, signal) => {
      beganAt.push((clock.now() - begun) / 1000)
      running += 1
      mostRunning = Math.max(mostRunning, running)
      try {
        return await (options.check ?? takeTime)(at, signal)
      } finally {
        running -= 1
      }
    },
    commit: async (outcome) => {
      committed.push(outcome)
      await options.commit?.(outcome)
    },
    clock: wall,
    intervalMs: INTERVAL_MS,
    logger: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    metrics,
  })
  const counts = async () => ({
    late: (await metrics.lateChecks.get()).values[0]?.value,
    skipped: (await metrics.skippedChecks.get()).values[0]?.value,
  })
  return {
    clock,
    begun,
    loop,
    /** When each check began, in seconds since the start. */
    beganAt,
    committed,
    lines,
    counts,
    mostRunning: () => mostRunning,
    setBack: (ms: number) => void (setBackMs += ms),
  }
}

describe('createCheckLoop', () => {
  it('checks at once, and then on every interval', async () => {
    const { loop, clock, beganAt, committed, begun, counts } = setUp()
    await loop.start()
    await clock.advance(0)
    expect(beganAt).toEqual([0])
    await clock.advance(29_999)
    expect(beganAt).toEqual([0])
    await clock.advance(60_001)
    expect(beganAt).toEqual([0, 30, 60, 90])
    expect(committed).toEqual([0, 30_000, 60_000, 90_000].map((ms) => good(begun + ms)))
    expect(await counts()).toEqual({ late: 0, skipped: 0 })
  })

  it.each<[string, readonly number[], readonly number[], { late: number; skipped: number }]>([
    [
      'keeps to the grid while checks take less than an interval',
      [29_999, 10_000],
      [0, 30, 60, 90, 120],
      { late: 0, skipped: 0 },
    ],
    [
      'begins the next one on time where a check takes just an interval',
      [30_000],
      [0, 30, 60, 90, 120],
      { late: 1, skipped: 0 },
    ],
    [
      'begins the next one late where a check takes longer',
      [40_000],
      [0, 40, 60, 90, 120],
      { late: 1, skipped: 0 },
    ],
    ['leaves one out where a check takes 2.5 intervals', [75_000], [0, 75, 90, 120], { late: 1, skipped: 1 }],
    [
      'leaves several out where a check takes longer still',
      [0, 100_000],
      [0, 30, 130],
      { late: 1, skipped: 2 },
    ],
    [
      'keeps no backlog where one check after another is slow',
      [40_000, 40_000, 40_000],
      [0, 40, 80, 120],
      { late: 3, skipped: 1 },
    ],
  ])('%s', async (_, durationsMs, expected, expectedCounts) => {
    const { loop, clock, beganAt, counts, mostRunning } = setUp({ durationsMs })
    await loop.start()
    await clock.advance(130_000)
    expect(beganAt).toEqual(expected)
    expect(await counts()).toEqual(expectedCounts)
    expect(mostRunning()).toBe(1)
  })

  it('never overlaps, and accounts for every interval, however long checks take', async () => {
    const duration = fc.oneof(fc.nat(INTERVAL_MS), fc.nat(4 * INTERVAL_MS), fc.constant(INTERVAL_MS))
    await fc.assert(
      fc.asyncProperty(fc.array(duration, { maxLength: 8 }), async (durationsMs) => {
        const { loop, clock, beganAt, counts, mostRunning } = setUp({ durationsMs })
        await loop.start()
        const workMs = durationsMs.reduce((sum, each) => sum + each, 0)
        await clock.advance(workMs + (durationsMs.length + 1) * INTERVAL_MS)
        await loop.stop()
        const { late = 0, skipped = 0 } = await counts()
        expect(mostRunning()).toBe(1)
        expect(beganAt.length - 1 + skipped).toBe(Math.floor(((beganAt.at(-1) ?? 0) * 1000) / INTERVAL_MS))
        expect(beganAt.filter((each) => (each * 1000) % INTERVAL_MS !== 0).length).toBeLessThanOrEqual(late)
      }),
      { numRuns: 40 },
    )
  })

  it('says how many anomalies a check found, or that it found none', async () => {
    const anomaly: Anomaly = {
      type: 'high_error_rate',
      at: 0,
      affectedTraces: 1,
      totalTraces: 2,
      sampled: false,
    }
    const failure = new SourceError('Tempo API error: 503', { reason: 'transient' })
    const outcomes: Omit<CheckOutcome, 'at'>[] = [
      { anomalies: [anomaly, anomaly, anomaly], failures: [], measures: new Map() },
      { anomalies: [], failures: [], measures: new Map() },
      { anomalies: [], failures: [failure], measures: new Map() },
      { anomalies: [anomaly], failures: [failure], measures: new Map() },
    ]
    const { loop, clock, lines } = setUp({ check: async (at) => ({ at, ...(outcomes.shift() ?? good(at)) }) })
    await loop.start()
    await clock.advance(3 * INTERVAL_MS)
    const running = ['debug', 'Running trace anomaly check...']
    expect(lines).toEqual([
      running,
      ['info', 'Detected trace anomalies', { count: 3 }],
      running,
      ['debug', 'No anomalies detected'],
      running,
      running,
      ['info', 'Detected trace anomalies', { count: 1 }],
    ])
  })
})

describe('createCheckLoop on faults', () => {
  it.each<[string, () => Promise<CheckOutcome>, string]>([
    ['an error', async () => Promise.reject(new TypeError('x is not a function')), 'x is not a function'],
    ['no error', async () => Promise.reject('a text'), 'a text'],
    [
      'before it begins',
      () => {
        throw new RangeError('out of range')
      },
      'out of range',
    ],
  ])('goes on after a check that throws %s, and does not take it for health', async (_, check, message) => {
    const { loop, clock, beganAt, committed, begun, lines } = setUp({ check })
    await loop.start()
    await clock.advance(2 * INTERVAL_MS)
    expect(beganAt).toEqual([0, 30, 60])
    expect(committed).toMatchObject(
      [0, 1, 2].map((index) => ({
        at: begun + index * INTERVAL_MS,
        anomalies: [],
        failures: [{ name: 'SourceError', reason: 'failed', message }],
      })),
    )
    expect(lines.map(([level]) => level)).toEqual(['debug', 'debug', 'debug'])
  })

  it('keeps the reason and the hint of a source that failed', async () => {
    const failure = new SourceError('Tempo API error: 401', { reason: 'rejected', hint: 'set TEMPO_TOKEN' })
    const { loop, clock, committed } = setUp({ check: async () => Promise.reject(failure) })
    await loop.start()
    await clock.advance(0)
    expect(committed[0]?.failures).toEqual([failure])
    expect(committed[0]?.failures[0]).toBe(failure)
  })

  it.each<[string, unknown, string]>([
    ['an error', new Error('nobody listens'), 'Error: nobody listens'],
    ['what cannot be shown', Object.create(null), 'something that cannot be shown as text'],
  ])(
    'goes on where those who are told throw %s, and tells them once of a check',
    async (_, thrown, shown) => {
      const { loop, clock, beganAt, committed, begun, lines } = setUp({
        commit: () => {
          throw thrown
        },
      })
      await loop.start()
      await clock.advance(INTERVAL_MS)
      expect(beganAt).toEqual([0, 30])
      expect(committed).toEqual([good(begun), good(begun + INTERVAL_MS)])
      const line = ['error', 'What a check found could not be passed on', { error: shown }]
      expect(lines.filter(([level]) => level !== 'debug')).toEqual([line, line])
    },
  )

  it.each([
    ['a millisecond', 1],
    ['a second', 1000],
    ['an hour', 3_600_000],
  ])('goes on, an interval later, where the clock was set back by %s during a check', async (_, ms) => {
    let timesLeft = 1
    const { loop, clock, beganAt, lines, counts, setBack } = setUp({
      check: async (at) => {
        if (timesLeft-- > 0) setBack(ms)
        return good(at)
      },
    })
    await loop.start()
    await clock.advance(2 * INTERVAL_MS)
    expect(beganAt).toEqual([0, 30, 60])
    expect(lines.filter(([level]) => level === 'error')).toEqual([])
    expect(await counts()).toEqual({ late: 0, skipped: 0 })
  })
})

describe('createCheckLoop, stopped', () => {
  it('between two checks makes no more, and leaves no sleeper', async () => {
    const { loop, clock, beganAt, lines } = setUp()
    await loop.start()
    await clock.advance(40_000)
    await loop.stop()
    expect(clock.sleeping).toBe(0)
    await clock.advance(10 * INTERVAL_MS)
    expect(beganAt).toEqual([0, 30])
    expect(lines.filter(([level]) => level === 'error')).toEqual([])
  })

  it('in the middle of a check ends it, and commits nothing of it', async () => {
    const { loop, clock, beganAt, committed, lines } = setUp({ durationsMs: [0, 20_000] })
    await loop.start()
    await clock.advance(40_000)
    await loop.stop()
    expect(clock.sleeping).toBe(0)
    expect(beganAt).toEqual([0, 30])
    expect(committed).toHaveLength(1)
    expect(lines.filter(([level]) => level !== 'debug')).toEqual([])
  })

  it('waits for a check that does not heed its signal, and still commits what it found', async () => {
    let finish = (): void => undefined
    const { loop, clock, begun, committed, beganAt } = setUp({
      check: (at) =>
        new Promise((resolve) => {
          finish = () => resolve(good(at))
        }),
    })
    await loop.start()
    await clock.advance(0)
    let stopped = false
    const stopping = loop.stop().then(() => (stopped = true))
    await clock.advance(0)
    expect(stopped).toBe(false)
    finish()
    await stopping
    expect([beganAt, committed]).toEqual([[0], [good(begun)]])
  })

  it('hands the check a signal that tells of the stop', async () => {
    const reasons: unknown[] = []
    const { loop, clock } = setUp({
      check: (at, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason)
            resolve(good(at))
          })
        }),
    })
    await loop.start()
    await clock.advance(0)
    await loop.stop()
    expect(reasons).toEqual([new Error('stopped')])
  })

  it('at once after the start makes at most the first check', async () => {
    const { loop, clock, beganAt } = setUp()
    await loop.start()
    await loop.stop()
    await clock.advance(10 * INTERVAL_MS)
    expect(beganAt.length).toBeLessThanOrEqual(1)
    expect(clock.sleeping).toBe(0)
  })

  it('may be stopped before it was started, and started then', async () => {
    const { loop, clock, beganAt } = setUp()
    await loop.stop()
    await loop.start()
    await clock.advance(INTERVAL_MS)
    expect(beganAt).toEqual([0, 30])
  })

  it('may be stopped twice, and again while it stops', async () => {
    const { loop, clock, beganAt } = setUp({ durationsMs: [20_000] })
    await loop.start()
    await clock.advance(10_000)
    await Promise.all([loop.stop(), loop.stop()])
    await loop.stop()
    await clock.advance(INTERVAL_MS)
    expect(beganAt).toEqual([0])
  })

  it('may be started twice, and runs once', async () => {
    const { loop, clock, beganAt } = setUp()
    await loop.start()
    await loop.start()
    await clock.advance(INTERVAL_MS)
    expect(beganAt).toEqual([0, 30])
  })

  it('is not started again', async () => {
    const { loop, clock, beganAt } = setUp()
    await loop.start()
    await clock.advance(0)
    await loop.stop()
    await loop.start()
    await clock.advance(INTERVAL_MS)
    expect(beganAt).toEqual([0])
  })
})
