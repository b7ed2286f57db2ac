import type { SpanScreen } from '../../model/span-screen.js'
import type { Interval } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'

/** The traces that the API shows. */
export interface TraceSource {
  /**
   * The traces that overlap `interval`, both ends included, the latest start first; where there is a test, those of which
   * a span passes. The span it is given is only good for the call.
   */
  overlapping(interval: Interval, test?: SpanScreen): Iterable<Trace>
  get(id: TraceId): Trace | undefined
}
