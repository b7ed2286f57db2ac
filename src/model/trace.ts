import type { Span } from './span.js'
import type { TraceId } from './trace-id.js'

/** The spans of one trace that are known so far. Never empty. */
export interface Trace {
  readonly traceId: TraceId
  readonly spans: readonly Span[]
}
