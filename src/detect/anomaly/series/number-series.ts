import type { TraceId } from '../../../model/trace-id.js'
import type { Timestamp } from '../../../model/time.js'
import type { ByteReader } from '../statistics/byte-reader.js'
import type { ByteWriter } from '../statistics/byte-writer.js'
import { LARGEST, LogHistogram } from '../statistics/log-histogram.js'
import {
  HALF_LIFE,
  isStillMet,
  LEARNED_AFTER,
  LEAST_OUTLIERS,
  LEAST_SPREAD_MS,
  LONGEST_WINDOW,
  Persistence,
  scoreOutliers,
  WINDOWS,
  type Judged,
  type Judgement,
  type Strictness,
} from './judgement.js'
import { hasOutliers, joinOutliers, NO_OUTLIERS, noteOutlier, type WithOutliers } from './outliers.js'
import { shareLeft, TICK_MS, TickLog, type Tick } from './ticks.js'

/** Fewer outliers than this share of all are the tail that times have. */
const LEAST_SHARE = 0.06
/** Who looks for long finds more by chance: so much must be more improbable. */
const PATIENCE = 3
/** Chance that is granted to every call however regular the past was. */
const DOUBT = 0.02

interface NumberTick extends WithOutliers {
  readonly tick: Tick
  readonly seen: LogHistogram
  /** What is beyond it is an outlier. */
  readonly limit: number
}

/** Above what a number is an outlier, as the past has it. */
export type FindLimit = (past: LogHistogram, strictness: Strictness) => number

/**
 * Numbers of one kind, such as how long an operation takes. What is unlike normal is that many of them lie above a limit
 * above which few have been.
 */
export class NumberSeries {
  private past = new LogHistogram()
  private readonly ticks = new TickLog<NumberTick>()
  private readonly persistence = new Persistence()
  private learnedAt: Tick | undefined

  constructor(private readonly findLimit: FindLimit) {}

  note(tick: Tick, value: number, end: Timestamp, traceId: TraceId, strictness: Strictness): void {
    const entry = this.ticks.at(tick, () => this.open(tick, strictness))
    // What is beyond what a histogram can tell apart must not seem to be beyond what it has seen.
    const number = Math.min(value, LARGEST)
    entry.seen.add(number)
    if (number > entry.limit) noteOutlier(entry, end, traceId, number)
  }

  /** The last tick in which there was a number. */
  get newest(): Tick | undefined {
    return this.ticks.newest
  }

  /** Whether enough of the past is known to judge. */
  isKnown({ minTraffic }: Strictness): boolean {
    return this.past.count >= minTraffic
  }

  /** What the last ticks come to; undefined where that is nothing unusual, or too little is known. */
  judge(tick: Tick, strictness: Strictness): Judged | undefined {
    const best = this.measure(tick, strictness)
    const isHit =
      best !== undefined &&
      isStillMet(best, tick) &&
      best.score >= strictness.score &&
      best.spreadMs >= LEAST_SPREAD_MS &&
      best.outliers >= best.count * LEAST_SHARE
    const judged = this.persistence.judge(tick, best, isHit)
    this.learn(tick)
    return judged
  }

  /** Takes it for usual that there was this so often. */
  assume(value: number, times: number): void {
    this.past.add(value, times)
  }

  /** What it has learned. What it has seen of late is not part of it. */
  writeTo(writer: ByteWriter): void {
    writer.count(this.learnedAt ?? 0)
    this.past.writeTo(writer)
  }

  /** Takes up what another has learned. Throws a `SnapshotError` where the bytes are none of a series. */
  readFrom(reader: ByteReader): void {
    this.learnedAt = reader.count() || undefined
    this.past = LogHistogram.readFrom(reader)
  }

  private open(tick: Tick, strictness: Strictness): NumberTick {
    const limit = this.isKnown(strictness) ? this.findLimit(this.past, strictness) : Number.POSITIVE_INFINITY
    return { tick, seen: new LogHistogram(), outliers: NO_OUTLIERS, limit }
  }

  private measure(tick: Tick, strictness: Strictness): Judgement | undefined {
    if (!this.isKnown(strictness) || !hasOutliers(this.ticks.recent(tick, LONGEST_WINDOW))) return undefined
    let best: Judgement | undefined
    for (const window of WINDOWS) {
      const entries = this.ticks.recent(tick, window)
      const outliers = joinOutliers(entries.map((each) => each.outliers))
      if (outliers.count < LEAST_OUTLIERS) continue
      const count = Math.round(entries.reduce((sum, { seen }) => sum + seen.count, 0))
      const limit = Math.max(...entries.map((each) => each.limit))
      const score = this.score(outliers.count, count, limit) - (window === LONGEST_WINDOW ? PATIENCE : 0)
      if (best !== undefined && score <= best.score) continue
      const usual = this.past.quantile(0.5)
      const lostMs = outliers.count * Math.max(0, outliers.mean - usual)
      best = {
        score,
        outliers: outliers.count,
        count,
        usual,
        found: outliers.median,
        spreadMs: outliers.spreadMs,
        lastEnd: outliers.lastEnd,
        weight: lostMs / (window * TICK_MS),
        traceIds: outliers.traceIds,
      }
    }
    return best
  }

  private score(outliers: number, count: number, limit: number): number {
    const above = Number.isFinite(limit) ? this.past.countAbove(limit) : 0
    return scoreOutliers({ outliers, count }, { outliers: above, count: this.past.count }, DOUBT)
  }

  private learn(tick: Tick): void {
    for (const old of this.ticks.takeOlder(tick, LEARNED_AFTER)) {
      if (!this.persistence.mayLearn(old.tick)) continue
      this.past.scale(shareLeft(this.learnedAt, old.tick, HALF_LIFE))
      this.learnedAt = old.tick
      this.past.merge(old.seen)
    }
  }
}

/** Of times: well above those that were long until now, twice the usual, and longer by enough to matter. */
export function limitOfTimes(past: LogHistogram, { excessMs }: Strictness): number {
  const usual = past.quantile(0.5)
  return Math.max(past.quantile(0.95) * 1.25, usual * 2, usual + excessMs)
}

/** Of numbers of calls: three more, and half as many again as there were at most. */
export function limitOfCalls(past: LogHistogram): number {
  return Math.max(past.quantile(0.95) * 1.5, past.quantile(0.5) + 3)
}
