import type { ByteReader } from '../statistics/byte-reader.js'
import type { ByteWriter } from '../statistics/byte-writer.js'
import { scoreFewEvents } from '../statistics/poisson-tail.js'
import type { TraceId } from '../../../model/trace-id.js'
import { Persistence, SUSPICIOUS, type Judgement, type Strictness } from './judgement.js'
import type { Tick } from './ticks.js'

/** Ticks that are looked at, those that they are held against, and how many of those must be known. */
const WINDOW = 6
const PAST = 60
const LEAST_PAST = 50
/** So much of what is usual is left at most. */
const MOST_LEFT = 0.2
const MOST_TRACES = 4

/**
 * How many requests come, tick by tick. What is unlike normal is that they stop. Only ticks in which spans of any kind came
 * are counted: where nothing at all comes, it is the spans that are missing.
 */
export class TrafficSeries {
  private counts: number[] = []
  private traces: TraceId[] = []
  private lastClosed: Tick | undefined
  private open = 0
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
  }

  judge(tick: Tick, strictness: Strictness): { judgement: Judgement; lasts: boolean } | undefined {
    if (this.lastClosed !== tick) return undefined
    const judgement = this.measure()
    if (judgement === undefined) return undefined
    const isHit = judgement.score >= strictness.score && judgement.outliers <= judgement.count * MOST_LEFT
    return { judgement, lasts: this.persistence.note(tick, isHit, judgement.score >= SUSPICIOUS) }
  }

  writeTo(writer: ByteWriter): void {
    writer.count(this.counts.length)
    for (const count of this.counts) writer.count(count)
  }

  /** Takes up where another has stopped. Throws a `SnapshotError` where the bytes are none of a series. */
  readFrom(reader: ByteReader): void {
    const length = reader.count(WINDOW + PAST)
    this.counts = Array.from({ length }, () => reader.count())
  }

  private measure(): Judgement | undefined {
    const past = this.counts.slice(0, -WINDOW)
    if (past.length < LEAST_PAST) return undefined
    const now = sum(this.counts.slice(-WINDOW))
    const mean = sum(past) / past.length
    if (mean === 0) return undefined
    // Requests that come in bunches vary by more than chance: as if there were fewer of them.
    const variance = sum(past.map((count) => (count - mean) ** 2)) / past.length
    const bunch = Math.max(1, variance / mean)
    const expected = mean * WINDOW
    return {
      score: scoreFewEvents(now, expected, bunch),
      outliers: now,
      count: Math.round(expected),
      usual: expected,
      found: now,
      spreadMs: 0,
      weight: 0.01,
      traceIds: this.traces,
    }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
