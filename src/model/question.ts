import type { SourceError } from './source-error.js'
import type { Interval, Timestamp } from './time.js'
import type { Trace } from './trace.js'
import type { TraceId } from './trace-id.js'
import type { TraceMatch } from './trace-match.js'

/** Which traces match a TraceQL query? Answered over the traces that overlap `window`, both ends included. */
export interface SearchQuestion {
  readonly kind: 'search'
  /** TraceQL; undefined asks for every trace. */
  readonly query: string | undefined
  readonly window: Interval
  /**
   * Judges a match of the bare question (no `query`) as `query` would, where the match alone tells. It lets the
   * planner answer several questions from one page of all traces, as long as that page is complete.
   */
  readonly judge?: ((match: TraceMatch) => boolean) | undefined
  /** How many requests the answer may cost, at most. Beyond them it is partial. */
  readonly budget: number
  /** So many traces are enough: no more are looked for once they are found, and the answer may be partial then. */
  readonly enough?: number | undefined
  /** How many traces may be asked for at once, where much is expected. */
  readonly pageSize?: number | undefined
}

/** Which distinct traces have a span that passes `filter` and starts in `window` (start excluded, end included)? */
export interface CountQuestion {
  readonly kind: 'count'
  /** A TraceQL spanset filter, such as `{status=error}`. */
  readonly filter: string
  readonly window: Interval
}

export type Question = SearchQuestion | CountQuestion

/**
 * Which spans match a TraceQL search, and what are these fields of theirs? Answered over the traces that overlap
 * `window`, both ends included.
 */
export interface SpanQuestion {
  /** A TraceQL search without hints. */
  readonly query: string
  /** Attributes and intrinsics, as TraceQL writes them. */
  readonly fields: readonly string[]
  readonly window: Interval
  /** How many requests the answer may cost. Beyond them it is partial. */
  readonly budget: number
  /** Whether parts of one trace must be told apart, which costs more: where there may be many traces in parts. */
  readonly inParts: boolean
}

/** A trace of which spans match. */
export interface FoundTrace {
  readonly match: TraceMatch
  /** The spans that match, with the fields that were asked for and no more than these. */
  readonly trace: Trace
  /** Whether more spans match than are told. */
  readonly isCut: boolean
  /**
   * Whether the source may hold the trace in parts, each of which it judged by itself. Known only where parts are told
   * apart.
   */
  readonly mayBeInParts: boolean
}

/** All that is known of these traces. */
export interface WholeTraceQuestion {
  readonly ids: readonly TraceId[]
  /** What of the spans must be known, as TraceQL writes it. */
  readonly fields: readonly string[]
  /** Where they are: a part of a trace that lies outside may be missed. */
  readonly window: Interval
  readonly budget: number
}

/** A TraceQL metrics query over `window` (start excluded, end included), a sample every `stepMs`. */
export interface RangeQuestion {
  readonly query: string
  readonly window: Interval
  readonly stepMs: number
}

/** One series in the answer to a range question. Its samples lie inside the window that was asked for. */
export interface Series {
  readonly labels: ReadonlyMap<string, string>
  readonly samples: readonly { readonly at: Timestamp; readonly value: number }[]
  /** A few traces that were counted; undefined where the source told none. */
  readonly exemplars?: readonly TraceExemplar[] | undefined
}

/** A trace that shows what a sample is about, with the value that was measured on a span of it. */
export interface TraceExemplar {
  readonly traceId: TraceId
  readonly at: Timestamp
  readonly value: number
}

/**
 * What a source knows, and how completely.
 *
 * `complete` is exact over `coverage`. `partial` is a sample: the limits or the query budget were reached before
 * everything was seen.
 */
export interface Answer<T> {
  readonly items: readonly T[]
  readonly coverage: Interval
  readonly completeness: 'complete' | 'partial'
  readonly asOf: Timestamp
  /** Why it is partial, where a request failed on the way: the rest is worth asking for again. */
  readonly failure?: SourceError | undefined
}

/** The answers to a set of questions. Each throws the `SourceError` of a question that could not be answered. */
export interface Answers {
  search(question: SearchQuestion): Answer<TraceMatch>
  count(question: CountQuestion): Answer<TraceId>
}

/** Asks a set of questions together. Never rejects but when aborted: each failure is told by its own answer. */
export type Query = (questions: readonly Question[], signal: AbortSignal) => Promise<Answers>
