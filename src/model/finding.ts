import type { TraceMatch } from './trace-match.js'

/** What may be unlike normal. */
export const SIGNALS = ['latency', 'errors', 'calls', 'traffic'] as const
/**
 * `latency`: an operation's own time, or the gap between a client's span and its server's. `errors`: the share of calls
 * in which an error began, and errors that are new. `calls`: calls that an operation makes more often than it used to, or
 * does not make any more. `traffic`: requests that stop coming.
 */
export type Signal = (typeof SIGNALS)[number]

/** The labels of a sample that tells of one: the service that is to blame, and the signal. */
export const ANOMALY_LABELS = ['service', 'signal'] as const

/** What is unlike normal, where it begins, and why that is thought. */
export interface Finding {
  readonly signal: Signal
  /** The service that is to blame. */
  readonly service: string
  /** Of that service, or of one that calls it. */
  readonly operation: string
  /** Why, in one sentence with its numbers. */
  readonly sentence: string
  /** The services that may be to blame, the likeliest first; it begins with `service`. */
  readonly candidates: readonly string[]
  /** What else is unlike normal, and how what is wrong differs from what is healthy; a sentence each, the most telling first. */
  readonly evidence: readonly string[]
  /** The newest traces that prove it, the newest first. */
  readonly traces: readonly TraceMatch[]
}
