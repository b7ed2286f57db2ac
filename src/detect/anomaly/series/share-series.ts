import type { TraceId } from '../../../model/trace-id.js'
import type { Timestamp } from '../../../model/time.js'
import type { ByteReader } from '../statistics/byte-reader.js'
import type { ByteWriter } from '../statistics/byte-writer.js'
import {
  HALF_LIFE,
  isStillMet,
  LEARNED_AFTER,
  LEAST_OUTLIERS,
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

/** Chance that is granted to every call however regular the past was. */
const DOUBT = 0.01
const LEAST_SPREAD_MS = 20_000
/** An error costs as much as so many seconds. */
const ERROR_SECONDS = 0.5

const MOST_CALLS = 1e15

interface ShareTick extends WithOutliers {
  readonly tick: Tick
  count: number
}

export interface ShareOptions {
  /** The least share that is told, 0 to 1, and how many times what is usual it must be. */
  readonly leastShare: number
  readonly leastTimes: number
  readonly leastOutliers?: number | undefined
  /** Where more than this share was so in the past, it tells nothing. */
  readonly mostUsual?: number | undefined
}

/** The share of calls of which something is true, such as that they failed. What is unlike normal is that it grows. */
export class ShareSeries {
  private pastOutliers = 0
  private pastCount = 0
  private readonly ticks = new TickLog<ShareTick>()
  private readonly persistence = new Persistence()
  private learnedAt: Tick | undefined

  /** A series that is part of another one counts its outliers among the calls of that one. */
  constructor(
    private readonly options: ShareOptions,
    private readonly whole?: ShareSeries | undefined,
  ) {}

  note(tick: Tick, isOutlier: boolean, end: Timestamp, traceId: TraceId): void {
    const entry = this.ticks.at(tick, () => ({ tick, count: 0, outliers: NO_OUTLIERS }))
    entry.count += 1
    if (isOutlier) noteOutlier(entry, end, traceId)
  }

  judge(tick: Tick, strictness: Strictness): Judged | undefined {
    const best = this.measure(tick, strictness)
    const isHit =
      best !== undefined && isStillMet(best, tick) && best.score >= strictness.score && this.matters(best)
    const judged = this.persistence.judge(tick, best, isHit)
    this.learn(tick)
    return judged
  }

  /** How many calls are known from the past. */
  get known(): number {
    return this.pastCount
  }

  /** What it has learned. What it has seen of late is not part of it. */
  writeTo(writer: ByteWriter): void {
    writer.count(this.learnedAt ?? 0)
    writer.double(this.pastOutliers)
    writer.double(this.pastCount)
  }

  /** Takes up what another has learned. Throws a `SnapshotError` where the bytes are none of a series. */
  readFrom(reader: ByteReader): void {
    this.learnedAt = reader.count() || undefined
    this.pastOutliers = reader.double(0, MOST_CALLS)
    this.pastCount = reader.double(0, MOST_CALLS)
  }

  private matters({ spreadMs, found, usual }: Judgement): boolean {
    const { leastShare, leastTimes } = this.options
    return spreadMs >= LEAST_SPREAD_MS && found >= Math.max(leastShare, usual * leastTimes)
  }

  private measure(tick: Tick, { minTraffic }: Strictness): Judgement | undefined {
    const past = this.whole?.pastCount ?? this.pastCount
    const { mostUsual = 1, leastOutliers = LEAST_OUTLIERS } = this.options
    if (past < minTraffic || this.pastOutliers > past * mostUsual) return undefined
    if (!hasOutliers(this.ticks.recent(tick, LONGEST_WINDOW))) return undefined
    let best: Judgement | undefined
    for (const window of WINDOWS) {
      const outliers = joinOutliers(this.ticks.recent(tick, window).map((each) => each.outliers))
      if (outliers.count < leastOutliers) continue
      const count = Math.max(outliers.count, (this.whole ?? this).countOf(tick, window))
      const score = this.score(outliers.count, count, past)
      if (best !== undefined && score <= best.score) continue
      best = {
        score,
        outliers: outliers.count,
        count,
        usual: this.pastOutliers / Math.max(1, past),
        found: outliers.count / count,
        spreadMs: outliers.spreadMs,
        lastEnd: outliers.lastEnd,
        weight: (ERROR_SECONDS * outliers.count * 1000) / (window * TICK_MS),
        traceIds: outliers.traceIds,
      }
    }
    return best
  }

  private countOf(tick: Tick, window: number): number {
    return this.ticks.recent(tick, window).reduce((sum, { count }) => sum + count, 0)
  }

  private score(outliers: number, count: number, past: number): number {
    return scoreOutliers({ outliers, count }, { outliers: this.pastOutliers, count: past }, DOUBT)
  }

  private learn(tick: Tick): void {
    for (const old of this.ticks.takeOlder(tick, LEARNED_AFTER)) {
      if (!this.persistence.mayLearn(old.tick)) continue
      const left = shareLeft(this.learnedAt, old.tick, HALF_LIFE)
      this.learnedAt = old.tick
      this.pastOutliers = this.pastOutliers * left + old.outliers.count
      this.pastCount = this.pastCount * left + old.count
    }
  }
}
