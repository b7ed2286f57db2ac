import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holdByTick } from '../../../test/anomaly/small-shop/hold-by-tick.js'
import type { Weather } from '../../../test/anomaly/small-shop/shop-request.js'
import { playShop, START, watchTraces } from '../../../test/anomaly/small-shop/watch-traces.js'
import { SIGNALS, type Finding } from '../../model/finding.js'
import type { LocalTraces } from '../../model/local-traces.js'
import { MINUTE_MS } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { Snapshot, SnapshotStore } from '../../store/snapshot-store.js'
import { AnomalyEngine } from './anomaly-engine.js'
import { openSealed, sealBytes } from './sealed-bytes.js'
import { endOfTick, TICK_MS } from './series/ticks.js'
import { SnapshotError } from './statistics/snapshot-error.js'

const TICKS_A_MINUTE = 6
const SLOW_PAYMENT: Weather = { slower: { 'payment.charge': 200 } }

/** Between these minutes. */
const slowIn =
  (...times: readonly (readonly [number, number])[]) =>
  (minute: number): Weather =>
    times.some(([from, to]) => minute >= from && minute < to) ? SLOW_PAYMENT : {}

const firstOf = (found: readonly (Finding | undefined)[], fromMinute = 0): number =>
  found.findIndex((each, tick) => tick >= fromMinute * TICKS_A_MINUTE && each !== undefined)

describe('what is usual', () => {
  it('is not learned from what is told: a fault that comes again is told again as soon', async () => {
    const times = [
      [10, 20],
      [28, 32],
    ] as const
    const found = await watchTraces(playShop(6, 32, slowIn(...times)), 32)
    const [first, second] = times.map(([minute]) => firstOf(found, minute) - minute * TICKS_A_MINUTE)
    expect(found.slice(27 * TICKS_A_MINUTE, 28 * TICKS_A_MINUTE).every((each) => each === undefined)).toBe(
      true,
    )
    expect(first).toBeLessThan(TICKS_A_MINUTE)
    expect(second).toBeLessThanOrEqual((first ?? 0) + 1)
    expect(found.at(-1)?.sentence).toMatch(/^payment Charge takes 2\d\d ms by itself, usually 1\d(\.\d)? ms/)
  })

  it('becomes what lasts: it is told for half an hour or more, and then no more', async () => {
    const found = await watchTraces(playShop(6, 150, slowIn([10, 150]), 2), 150)
    const isTold = (minute: number): boolean => found[minute * TICKS_A_MINUTE] !== undefined
    expect([15, 25, 35].map(isTold)).toEqual([true, true, true])
    expect([130, 140, 149].map(isTold)).toEqual([false, false, false])
  })

  it('is forgotten: what was usual long ago is told when it comes again', async () => {
    const traces = playShop(6, 260, slowIn([0, 20], [250, 260]), 1)
    const found = await watchTraces(traces, 260)
    expect(firstOf(found, 20)).toBeGreaterThan(250 * TICKS_A_MINUTE)
    expect(found.at(-1)).toMatchObject({ service: 'payment', signal: 'latency' })
  })
})

interface KeptSnapshots extends SnapshotStore {
  kept: Snapshot | undefined
}

function keepSnapshots(kept?: Snapshot): KeptSnapshots {
  return {
    kept,
    async loadSnapshot(name) {
      return this.kept?.name === name ? this.kept : undefined
    },
    async saveSnapshot(snapshot) {
      this.kept = snapshot
    },
    async removeSnapshot() {
      this.kept = undefined
    },
  }
}

/** What is left of traces when what came before a minute was lost. */
function since(minute: number, traces: readonly Trace[]): LocalTraces {
  const from = BigInt(START + minute * MINUTE_MS) * 1_000_000n
  const left = traces.filter(({ spans }) => spans.every(({ startTimeUnixNano }) => startTimeUnixNano >= from))
  return holdByTick(left, START + minute * MINUTE_MS)
}

describe('a restart', () => {
  const RESTART = 21
  const END = 24
  const traces = playShop(8, END, slowIn([RESTART, END]))

  /** What is found after the restart, with what was kept. */
  async function restart(snapshots: KeptSnapshots | undefined, onUnkept = (_error: unknown): void => {}) {
    return watchTraces(since(RESTART, traces), END, { fromMinute: RESTART, snapshots, onUnkept })
  }

  it('does not matter where what was learned was kept', async () => {
    const snapshots = keepSnapshots()
    const found = await watchTraces(traces, END)
    await watchTraces(traces, RESTART, { snapshots })
    const again = await restart(snapshots)
    const [before, after] = [firstOf(found), firstOf(again) + RESTART * TICKS_A_MINUTE]
    expect(after).toBe(before)
    expect(again.at(-1)).toMatchObject({ service: 'payment', signal: 'latency', operation: 'Charge' })
    expect(again.at(-1)?.sentence.split(',')[0]).toBe(found.at(-1)?.sentence.split(',')[0])
  })

  it('means learning anew where nothing was kept', async () => {
    expect(firstOf(await restart(undefined))).toBe(-1)
    expect(firstOf(await restart(keepSnapshots()))).toBe(-1)
  })

  it('does not go on from what another rule has learned', async () => {
    const snapshots = keepSnapshots()
    await watchTraces(traces, RESTART, { snapshots, rule: { sensitivity: 'low' } })
    expect(snapshots.kept).toBeDefined()
    expect(firstOf(await restart(snapshots))).toBe(-1)
  })

  it('loses what was learned, and no more, where what was kept is damaged or cannot be read', async () => {
    const snapshots = keepSnapshots()
    await watchTraces(traces, RESTART, { snapshots })
    const { kept } = snapshots
    if (kept === undefined) throw new Error('nothing was kept')
    const damages: ((bytes: Uint8Array) => Uint8Array)[] = [
      (bytes) => bytes.subarray(0, bytes.length - 1),
      (bytes) => bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 4),
      () => new Uint8Array(),
      () => sealBytes(new Uint8Array()),
      () => sealBytes(Buffer.from('{"version":1}')),
    ]
    for (const damage of damages) {
      const errors: unknown[] = []
      const again = keepSnapshots({ ...kept, bytes: damage(kept.bytes) })
      expect(firstOf(await restart(again, (error) => void errors.push(error)))).toBe(-1)
      expect(errors).toEqual([expect.any(SnapshotError)])
    }
  })

  it('does not need a store that works', async () => {
    const errors: unknown[] = []
    const refuse = async (): Promise<never> => {
      throw new Error('the disk is full')
    }
    const snapshots: SnapshotStore = { loadSnapshot: refuse, saveSnapshot: refuse, removeSnapshot: refuse }
    const found = await watchTraces(traces, END, { snapshots, onUnkept: (error) => void errors.push(error) })
    expect(found.at(-1)).toMatchObject({ service: 'payment' })
    expect(errors.length).toBeGreaterThan(3)
  })

  it.each([
    ['a year ahead', 365],
    ['a year behind', -365],
  ])('after which the clock is not %s any more costs nothing', async (_name, days) => {
    const snapshots = keepSnapshots()
    const offset = BigInt(days) * 86_400_000_000_000n
    const moved = traces.map(({ traceId, spans }) => ({
      traceId,
      spans: spans.map((span) => ({
        ...span,
        startTimeUnixNano: span.startTimeUnixNano + offset,
        endTimeUnixNano: span.endTimeUnixNano + offset,
      })),
    }))
    await watchTraces(holdByTick(moved, START + days * 86_400_000), RESTART + days * 1440, {
      fromMinute: days * 1440,
      snapshots,
    })
    expect(snapshots.kept).toBeDefined()
    const again = await restart(snapshots)
    expect(again.at(-1)).toMatchObject({ service: 'payment', signal: 'latency', operation: 'Charge' })
  })
})

describe('a snapshot', () => {
  const engine = () =>
    new AnomalyEngine({
      strictness: { score: 5, excessMs: 20, minTraffic: 20 },
      signals: SIGNALS,
      warmUpMs: 0,
      mostOperations: 100,
      onDropped: () => {},
    })

  /** Goes over ticks, and answers the services that are blamed at the end of each. */
  function pass(each: AnomalyEngine, traces: LocalTraces, fromMinute: number, minutes: number) {
    const first = (START + fromMinute * MINUTE_MS) / TICK_MS
    return Array.from({ length: minutes * TICKS_A_MINUTE }, (_, index) => {
      const tick = first + index
      for (const trace of traces.within({ start: tick * TICK_MS, end: endOfTick(tick) }, 0))
        each.note(tick, trace)
      return each.close(tick)?.blamed[0]
    })
  }

  const weather = (minute: number): Weather =>
    minute < 9 ? {} : { failing: { 'stock.reserve': 0.2 }, throwing: ['Gone', 'no item 7'] }
  const held = holdByTick(playShop(9, 12, weather, 3), START)
  const learned = engine()
  pass(learned, held, 0, 12)
  const bytes = learned.save(1e6)

  function load(from: Uint8Array): AnomalyEngine | SnapshotError {
    const loaded = engine()
    try {
      loaded.load(from)
      return loaded
    } catch (error) {
      if (error instanceof SnapshotError) return error
      throw error
    }
  }

  it('is the same when it is saved again at once', () => {
    const loaded = engine()
    loaded.load(bytes)
    expect(loaded.size).toBe(learned.size)
    expect(Buffer.from(loaded.save(1e6)).equals(Buffer.from(bytes))).toBe(true)
  })

  it('takes no more bytes than it may, but for one operation, and is good then as well', () => {
    for (const most of [0, 100, 1000, 3000]) {
      const part = learned.save(most)
      expect(part.length).toBeLessThan(most + 4000)
      const loaded = engine()
      loaded.load(part)
      expect(loaded.size).toBeLessThanOrEqual(learned.size)
    }
  })

  it('that is cut short anywhere is refused', () => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(load(bytes.subarray(0, length))).toBeInstanceOf(SnapshotError)
    }
  })

  it('with more behind it is refused', () => {
    expect(load(Buffer.concat([bytes, Buffer.of(0)]))).toBeInstanceOf(SnapshotError)
  })

  it('that is damaged anywhere is found out by its seal', () => {
    const sealed = sealBytes(bytes)
    expect(openSealed(sealed)).toEqual(bytes)
    const place = fc.nat({ max: sealed.length * 8 - 1 })
    fc.assert(
      fc.property(fc.uniqueArray(place, { minLength: 1, maxLength: 20 }), (bits) => {
        const damaged = sealed.slice()
        for (const bit of bits) damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(() => openSealed(damaged)).toThrow(SnapshotError)
      }),
      { seed: 5, numRuns: 300 },
    )
    for (let length = 0; length < sealed.length; length += 97) {
      expect(() => openSealed(sealed.subarray(0, length))).toThrow(SnapshotError)
    }
  })

  it('of other bytes is refused, or does no harm: an engine goes on, and can be saved', () => {
    const place = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }))
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 4 }), (places) => {
        const damaged = bytes.slice()
        for (const [at, byte] of places) damaged[at] = byte
        const loaded = load(damaged)
        if (loaded instanceof SnapshotError) return
        pass(loaded, held, 11, 1)
        expect(load(loaded.save(1e6))).toBeInstanceOf(AnomalyEngine)
      }),
      { seed: 11, numRuns: 150 },
    )
  })

  it('of bytes that nobody wrote is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (any) => {
        fc.pre(any.length !== 3)
        expect(load(any)).toBeInstanceOf(SnapshotError)
      }),
      { seed: 13, numRuns: 300 },
    )
  })
})
