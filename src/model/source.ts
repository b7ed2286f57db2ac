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

/**
 * Why a source gave no answer. `transient`: out of reach or overloaded, the same question may succeed later.
 * `unsupported`: this backend never answers this kind of question. `rejected`: it refused this one. `failed`: it broke
 * on this one. `invalid`: its answer could not be understood.
 */
export type SourceErrorReason = 'transient' | 'unsupported' | 'rejected' | 'failed' | 'invalid'

export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly reason: SourceErrorReason
  /** What the backend said of it. */
  readonly detail: string | undefined
  /** What the user can do about it. */
  readonly hint: string | undefined

  constructor(
    message: string,
    options: {
      reason: SourceErrorReason
      detail?: string | undefined
      hint?: string | undefined
      cause?: unknown
    },
  ) {
    super(message, { cause: options.cause })
    this.reason = options.reason
    this.detail = options.detail
    this.hint = options.hint
  }
}
