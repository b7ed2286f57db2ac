import { MINUTE_MS, type Interval, type Timestamp } from '../../../model/time.js'

/** Spans that are longer than this may have begun before the steps in which spans are counted: they are told one by one. */
export const LONG_SPAN_MS = 2 * MINUTE_MS

/** What tells whether spans came since the last time: how many start in each step of time, and which are very long. */
export interface LateSigns {
  readonly stepMs: number
  /** The steps that were counted: start excluded, both on a whole step. */
  readonly covered: Interval
  /** How many spans start in each step, by its end. A step that has none may be missing. */
  readonly counts: ReadonlyMap<Timestamp, number>
  /** Spans longer than `LONG_SPAN_MS`, by their ids, with their ends in Unix nanoseconds. */
  readonly longSpans: ReadonlyMap<string, bigint>
}
