import type { ByteReader } from '../statistics/byte-reader.js'
import type { ByteWriter } from '../statistics/byte-writer.js'
import { scoreFewEvents } from '../statistics/poisson-tail.js'
import type { TraceId } from '../../../model/trace-id.js'
import { Persistence, type Judged, type Judgement, type Strictness } from './judgement.js'
import type { Tick } from './ticks.js'

/** Ticks that are looked at, those that they are held against, and how many of those must be known. */
const WINDOW = 6
const PAST = 60
const LEAST_PAST = 50
/** So much of what is usual is left at most. */
const MOST_LEFT = 0.15
/** What has come in nearly every minute for so many ticks is steady; a batch job is not. */
const LEAST_KNOWN = 72
const STEADY_SHARE = 0.9
const MOST_TRACES = 4
/** Fewer other requests than this tell nothing of the time of day; and no time of day takes more than this away within minutes. */
const LEAST_OTHERS = 20
const LEAST_EBB = 0.05

/** How many requests there are in a minute. */
export interface Volume {
  readonly now: number
  readonly usual: number
}

/**
 * How many requests come, tick by tick. What is unlike normal is that they stop. Only ticks in which spans of any kind came
 * are counted: where nothing at all comes, it is the spans that are missing.
 */
export class TrafficSeries {
  private counts: number[] = []
  private traces: TraceId[] = []
  private lastClosed: Tick | undefined
  private open = 0
  /** Ticks since it was first seen, and those at whose end something had come within a minute. */
  private known = 0
  private active = 0
  private isSteady = false
  private readonly persistence = new Persistence()

  note(traceId: TraceId): void {
    this.open += 1
    this.traces = [traceId, ...this.traces.slice(0, MOST_TRACES - 1)]
  }

  /** Ends a tick in which spans of some kind came. */
  close(tick: Tick): void {
    this.lastClosed = tick
    this.counts.push(this.open)
    this.open = 0
    if (this.counts.length > WINDOW + PAST) this.counts.shift()
    this.known += 1
    if (this.counts.slice(-WINDOW).every((count) => count === 0)) return
    this.active += 1
    // While nothing comes it is as steady as it was before.
    this.isSteady = this.known >= LEAST_KNOWN && this.active >= this.known * STEADY_SHARE
  }

  /** Requests of the last minute, and how many are usual; undefined where too little is known. */
  get volume(): Volume | undefined {
    const past = this.counts.slice(0, -WINDOW)
    if (past.length < LEAST_PAST) return undefined
    return { now: sum(this.counts.slice(-WINDOW)), usual: (sum(past) / past.length) * WINDOW }
  }

  /** Judges its volume. Where all other requests, `others`, have become fewer too, it is the time of day. */
  judge(tick: Tick, strictness: Strictness, volume: Volume, others: Volume): Judged | undefined {
    if (this.lastClosed !== tick || volume.usual === 0) return undefined
    const judgement = this.measure(volume, others)
    const isHit =
      this.isSteady &&
      judgement.score >= strictness.score &&
      judgement.outliers <= judgement.count * MOST_LEFT
    return this.persistence.judge(tick, judgement, isHit)
  }

  writeTo(writer: ByteWriter): void {
    writer.count(this.known)
    writer.count(this.active)
    writer.count(this.counts.length)
    for (const count of this.counts) writer.count(count)
  }

  /** Takes up where another has stopped. Throws a `SnapshotError` where the bytes are none of a series. */
  readFrom(reader: ByteReader): void {
    this.known = reader.count()
    this.active = reader.count()
    const length = reader.count(WINDOW + PAST)
    this.counts = Array.from({ length }, () => reader.count())
  }

  private measure({ now, usual }: Volume, others: Volume): Judgement {
    const ebb = others.usual < LEAST_OTHERS ? 1 : Math.min(1, others.now / others.usual)
    const expected = usual * Math.max(ebb, LEAST_EBB)
    return {
      score: scoreFewEvents(now, expected, this.bunching(usual / WINDOW)),
      outliers: now,
      count: Math.round(expected),
      usual: expected,
      found: now,
      spreadMs: 0,
      lastEnd: 0,
      weight: 0.01,
      traceIds: this.traces,
    }
  }

  /** Requests that come in bunches vary by more than chance: by so many times. */
  private bunching(mean: number): number {
    const past = this.counts.slice(0, -WINDOW)
    const variance = sum(past.map((count) => (count - mean) ** 2)) / past.length
    return Math.max(1, variance / mean)
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
