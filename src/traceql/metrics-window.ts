import type { Timestamp } from '../model/time.js'
import { MINUTE_MS, SECOND_MS, toUnixNano } from '../model/time.js'

/**
 * The time a metrics query is asked about. `range`: a sample every `stepMs`, with start and end moved outward to whole
 * steps. `instant`: one sample for all that starts after `start` and not after `end`.
 */
export type MetricsWindow =
  | { readonly mode: 'range'; readonly start: Timestamp; readonly end: Timestamp; readonly stepMs: number }
  | { readonly mode: 'instant'; readonly start: Timestamp; readonly end: Timestamp }

/** The stretches of time whose spans are counted together. Each excludes its start and includes its end. */
export interface TimeBuckets {
  /** The end of each, in order. */
  readonly timestamps: readonly Timestamp[]
  /** The length of each. */
  readonly seconds: number
  /** The bucket of a span that starts then; undefined outside of all. */
  indexOf(startTimeUnixNano: bigint): number | undefined
  /** Whether any of this time lies in one. */
  overlaps(startTimeUnixNano: bigint, endTimeUnixNano: bigint): boolean
}

export const MOST_BUCKETS = 20_000

/**
 * The buckets of a window, as Tempo cuts them: one more before the start, so that the first sample is labelled with the
 * (aligned) start itself. Throws a `RangeError` for a window that is empty, or has more buckets than `MOST_BUCKETS`.
 */
export function cutWindow(window: MetricsWindow): TimeBuckets {
  const { start, end } = window
  if (!Number.isFinite(start) || !Number.isFinite(end) || start >= end) {
    throw new RangeError(
      `the window of a metrics query needs a start before its end, but goes from ${start} to ${end}`,
    )
  }
  if (window.mode === 'instant') return createBuckets(start, 1, end - start)
  const { stepMs } = window
  if (!Number.isFinite(stepMs) || stepMs <= 0) {
    throw new RangeError(
      `the step of a metrics query must be a positive number of milliseconds, not ${stepMs}`,
    )
  }
  const alignedStart = Math.floor(start / stepMs) * stepMs - stepMs
  const alignedEnd = Math.ceil(end / stepMs) * stepMs
  return createBuckets(alignedStart, Math.round((alignedEnd - alignedStart) / stepMs), stepMs)
}

function createBuckets(start: Timestamp, count: number, stepMs: number): TimeBuckets {
  if (count > MOST_BUCKETS) {
    throw new RangeError(
      `the window of a metrics query has ${count} steps, but at most ${MOST_BUCKETS} may be; make the step longer`,
    )
  }
  const startNano = toUnixNano(start)
  const stepNano = toUnixNano(stepMs)
  const endNano = startNano + stepNano * BigInt(count)
  return {
    timestamps: Array.from({ length: count }, (_, index) => start + (index + 1) * stepMs),
    seconds: stepMs / SECOND_MS,
    indexOf: (unixNano) =>
      unixNano <= startNano || unixNano > endNano
        ? undefined
        : Number((unixNano - startNano - 1n) / stepNano),
    overlaps: (from, to) => from <= endNano && to > startNano,
  }
}

const FINE_STEP_MS = 50
const TARGET_SAMPLES = 240
/** A step is a whole multiple of the largest of these that is not longer. */
const STEP_UNITS_MS = [60 * MINUTE_MS, 5 * MINUTE_MS, MINUTE_MS, 15 * SECOND_MS, 5 * SECOND_MS, SECOND_MS]

/** The step that Tempo takes for a range query that names none. */
export function defaultStepMs(start: Timestamp, end: Timestamp): number {
  const range = end - start
  if (range < MINUTE_MS) return FINE_STEP_MS
  const wanted = range / TARGET_SAMPLES
  const unit = STEP_UNITS_MS.find((candidate) => candidate <= wanted)
  return unit === undefined ? SECOND_MS : Math.floor(wanted / unit) * unit
}
