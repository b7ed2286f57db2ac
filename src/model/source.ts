import type {
  Answer,
  FoundTrace,
  RangeQuestion,
  SearchQuestion,
  Series,
  SpanQuestion,
  WholeTraceQuestion,
} from './question.js'
import type { Interval, Timestamp } from './time.js'
import type { Trace } from './trace.js'
import type { TraceMatch } from './trace-match.js'

/** How far behind the present a source's answers are complete. */
export interface Freshness {
  /** A count over a window that ends this long ago or earlier misses nothing. */
  readonly lagMs: number
  /** Whether the source told or showed its lag, or a default stands in for it. */
  readonly known: boolean
}

/**
 * Answers questions about traces. Every method honours its signal and rejects with a `SourceError` when the backend
 * fails, lies or is too slow.
 */
export interface Source {
  search(question: SearchQuestion, signal: AbortSignal): Promise<Answer<TraceMatch>>
  queryRange(question: RangeQuestion, signal: AbortSignal): Promise<Answer<Series>>
  freshness(at: Timestamp, signal: AbortSignal): Promise<Freshness>
}

/** A source that knows spans too, and holds traces in parts that it judges one by one. */
export interface SpanSource extends Source {
  searchSpans(question: SpanQuestion, signal: AbortSignal): Promise<Answer<FoundTrace>>
  /** The traces that are known, in no order. */
  wholeTraces(question: WholeTraceQuestion, signal: AbortSignal): Promise<Answer<Trace>>
  /**
   * The traces in `window` that may be held in several parts: those with a span that no root leads to. Partial where
   * there are more than `limit` of them.
   */
  tracesInParts(window: Interval, limit: number, signal: AbortSignal): Promise<Answer<TraceMatch>>
}
