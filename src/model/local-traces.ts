import type { SpanScreen } from './span-screen.js'
import type { Interval, Timestamp } from './time.js'
import type { Trace } from './trace.js'
import type { TraceGlance } from './trace-glance.js'
import type { TraceId } from './trace-id.js'

/** A moment in the order of arrival. Later ones are greater. */
export type ArrivalMark = number

/** A trace that has got spans since some moment. */
export interface ChangedTrace {
  readonly now: Trace
  /** As it was then; undefined where nothing of it had come. */
  readonly before: Trace | undefined
}

/** Traces that are held in this process. Of a window of time the start is excluded and the end included. */
export interface LocalTraces {
  /** The present moment. */
  mark(): ArrivalMark
  /**
   * The traces that overlap `window`, as they were at `mark`, the latest start first; where there is a test, only those of
   * which a span passes. The span that the test is given is only good for the call. The traces may be asked for one by one
   * while others come.
   */
  within(window: Interval, mark: ArrivalMark, test?: SpanScreen): Iterable<Trace>
  /** The same traces, for those who need few of them ready. */
  glanceWithin(window: Interval, mark: ArrivalMark): Iterable<TraceGlance>
  /** How many traces overlap `window`. */
  countWithin(window: Interval): number
  /** The traces that overlap `window` and got a span between two moments, as they were at the one and the other. */
  changedWithin(window: Interval, since: ArrivalMark, mark: ArrivalMark): Iterable<ChangedTrace>
  /** What is known of this trace. */
  get(id: TraceId): Trace | undefined
  /** Of the traces whose first span came after this moment none is missing. */
  completeSince(): Timestamp
}
