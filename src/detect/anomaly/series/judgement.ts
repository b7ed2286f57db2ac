import type { TraceId } from '../../../model/trace-id.js'
import type { Timestamp } from '../../../model/time.js'
import { scoreAtLeast } from '../statistics/beta-binomial.js'
import { endOfTick, type Tick } from './ticks.js'

/** How much unlike normal the last ticks of a series are. */
export interface Judgement {
  /** How improbable that is where all is as usual: -log10 of the probability. */
  readonly score: number
  /** Outliers, of so many. */
  readonly outliers: number
  readonly count: number
  /** What is usual: the median of numbers, or a share. */
  readonly usual: number
  /** What it is now: the median of the outliers, or a share. */
  readonly found: number
  readonly spreadMs: number
  /** When the last outlier ended. */
  readonly lastEnd: Timestamp
  /**
   * How much of the time of requests it is about, in seconds a second. An error counts as much as half a second that is
   * waited in vain.
   */
  readonly weight: number
  /** Traces that prove it, the newest first. */
  readonly traceIds: readonly TraceId[]
}

/** What must be so that something counts as unlike normal. */
export interface Strictness {
  /** The least score. */
  readonly score: number
  /** The least time, in milliseconds, by which an operation must be slower. */
  readonly excessMs: number
  /** Series with fewer calls in their past are not judged. */
  readonly minTraffic: number
}

/** A judgement, and whether it has held for long enough to be told. */
export interface Judged {
  readonly judgement: Judgement
  readonly lasts: boolean
}

/** Ticks over which a series is judged: a few where there is much, more where there is little. */
export const WINDOWS = [3, 6, 12] as const
export const LONGEST_WINDOW = 12
/** What is so many ticks old belongs to the past, where nothing was wrong meanwhile. */
export const LEARNED_AFTER = 15
/** The past counts for half after so many ticks: an hour. */
export const HALF_LIFE = 360
/** Of the calls of the past no more grant chance to those of now. */
const MOST_DOUBTED = 100

/**
 * How improbable so many outliers are where there were so many in the past. `doubt` is the chance that is granted to every
 * call however regular the past was.
 */
export function scoreOutliers(
  now: { readonly outliers: number; readonly count: number },
  past: { readonly outliers: number; readonly count: number },
  doubt: number,
): number {
  const granted = 0.5 + doubt * Math.min(past.count, MOST_DOUBTED)
  return scoreAtLeast(
    now.outliers,
    now.count,
    past.outliers + granted,
    Math.max(0, past.count - past.outliers) + 1,
  )
}

/** A score from which on what is seen is kept out of what is usual. */
const SUSPICIOUS = 4
/** Fewer outliers than this are chance. */
export const LEAST_OUTLIERS = 4
/** What ended within so short a time is over: a pause, a restart. In milliseconds. */
export const LEAST_SPREAD_MS = 15_000
/** What has not been met for so long, in milliseconds, is over. */
const OVER_AFTER_MS = 40_000
/** So many ticks one after the other. */
const LEAST_RUN = 2
/** What lasts for so long is the new normal: half an hour. */
const NEW_NORMAL_TICKS = 180

/** Whether what was found is still met at the end of a tick. */
export function isStillMet({ lastEnd }: Judgement, tick: Tick): boolean {
  return lastEnd > endOfTick(tick) - OVER_AFTER_MS
}

/** Remembers since when a series has been unlike normal. */
export class Persistence {
  private lastHit: Tick = Number.NEGATIVE_INFINITY
  private lastSuspicion: Tick = Number.NEGATIVE_INFINITY
  private suspectSince: Tick = Number.NEGATIVE_INFINITY
  private run = 0

  /** Takes note of what a tick came to, and whether that counts as unlike normal. */
  judge(tick: Tick, judgement: Judgement | undefined, isHit: boolean): Judged | undefined {
    const lasts = this.note(tick, isHit, judgement !== undefined && judgement.score >= SUSPICIOUS)
    return judgement && { judgement, lasts }
  }

  /** Takes note of a tick. Answers whether it has lasted long enough to be told. */
  private note(tick: Tick, isHit: boolean, isSuspicious: boolean): boolean {
    if (isSuspicious) {
      if (this.lastSuspicion < tick - 1) this.suspectSince = tick
      this.lastSuspicion = tick
    }
    if (!isHit) return false
    this.run = this.lastHit === tick - 1 ? this.run + 1 : 1
    this.lastHit = tick
    return this.run >= LEAST_RUN
  }

  /** Whether what was seen in a tick may be taken for usual. */
  mayLearn(tick: Tick): boolean {
    return this.lastSuspicion < tick || this.lastSuspicion - this.suspectSince >= NEW_NORMAL_TICKS
  }
}
