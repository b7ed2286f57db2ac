import type { TraceId } from '../../../model/trace-id.js'
import type { Timestamp } from '../../../model/time.js'

/** How many outliers of a tick are remembered one by one. */
const MOST_SHOWN = 32

/** The spans of a tick that are unlike normal. */
export class Outliers {
  count = 0
  firstEnd: Timestamp = Number.POSITIVE_INFINITY
  lastEnd: Timestamp = Number.NEGATIVE_INFINITY
  /** The numbers of the first ones, and the traces they are of. */
  readonly values: number[] = []
  readonly traceIds: TraceId[] = []

  note(end: Timestamp, traceId: TraceId, value = 0): void {
    this.count += 1
    if (end < this.firstEnd) this.firstEnd = end
    if (end > this.lastEnd) this.lastEnd = end
    if (this.traceIds.length >= MOST_SHOWN) return
    this.traceIds.push(traceId)
    this.values.push(value)
  }
}

/** What ticks without outliers share. */
export const NO_OUTLIERS: Readonly<Outliers> = Object.freeze(new Outliers())

/** A tick, whose outliers are only made where it has any: it seldom does, and there are very many ticks. */
export interface WithOutliers {
  outliers: Readonly<Outliers>
}

/** Notes an outlier of a tick. */
export function noteOutlier(tick: WithOutliers, end: Timestamp, traceId: TraceId, value = 0): void {
  const outliers = tick.outliers === NO_OUTLIERS ? new Outliers() : (tick.outliers as Outliers)
  tick.outliers = outliers
  outliers.note(end, traceId, value)
}

/** Those of several ticks as one. */
export interface JoinedOutliers {
  readonly count: number
  /** From the end of the first one to that of the last one, in milliseconds. */
  readonly spreadMs: number
  readonly lastEnd: Timestamp
  readonly median: number
  readonly mean: number
  /** The newest first. */
  readonly traceIds: readonly TraceId[]
}

/** Whether there is any: there seldom is, and then there is nothing to be judged. */
export function hasOutliers(ticks: readonly Readonly<WithOutliers>[]): boolean {
  return ticks.some(({ outliers }) => outliers.count > 0)
}

export function joinOutliers(all: readonly Readonly<Outliers>[]): JoinedOutliers {
  const values = all.flatMap((each) => each.values).toSorted((left, right) => left - right)
  const first = Math.min(...all.map((each) => each.firstEnd))
  const last = Math.max(...all.map((each) => each.lastEnd))
  return {
    count: all.reduce((sum, each) => sum + each.count, 0),
    spreadMs: Math.max(0, last - first),
    lastEnd: last,
    median: values[values.length >> 1] ?? 0,
    mean: values.length === 0 ? 0 : values.reduce((sum, each) => sum + each, 0) / values.length,
    traceIds: [...new Set(all.flatMap((each) => each.traceIds).toReversed())],
  }
}
