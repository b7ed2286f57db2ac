import type { Answer, RangeQuestion, SearchQuestion, Series } from './question.js'
import type { Timestamp } from './time.js'
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
