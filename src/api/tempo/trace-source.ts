import type { Interval } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'

/** The traces that the API shows. */
export interface TraceSource {
  /** The traces that overlap `interval`, both ends included, in any order. */
  overlapping(interval: Interval): Iterable<Trace>
  get(id: TraceId): Trace | undefined
}
