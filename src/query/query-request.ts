import type { Interval, Timestamp } from '../model/time.js'
import { QueryError } from './query-error.js'

/** A search for traces, a metrics query with a sample every step, or one with one value for the whole window. */
export type QueryKind = 'search' | 'range' | 'instant'

/** The time a query is about, as far as its user said. */
export interface QueryTimes {
  /** So long before the end; it never comes with a start. */
  readonly sinceMs?: number | undefined
  readonly start?: Timestamp | undefined
  readonly end?: Timestamp | undefined
}

/** What is asked of a source. */
export interface QueryRequest {
  /** TraceQL that parses. */
  readonly query: string
  readonly kind: QueryKind
  readonly times: QueryTimes
  /** The most traces that a search answers. */
  readonly limit: number
  /** The time between samples of a range query; undefined leaves it to the source. */
  readonly stepMs: number | undefined
}

/** An answer, as Tempo's HTTP API would give it. */
export interface QueryAnswer {
  readonly body: unknown
  /** Why it may not be the whole answer. */
  readonly partial: string | undefined
  /** How many traces match, where there are more than in the answer and the source knows. */
  readonly matchingTraces?: number | undefined
}

/** The window that is asked for, within `known` where nothing was said. Throws a `QueryError` for an empty one. */
export function resolveWindow({ sinceMs, start, end }: QueryTimes, known: Interval): Interval {
  const until = end ?? known.end
  const from = start ?? (sinceMs === undefined ? Math.min(known.start, until - 1) : until - sinceMs)
  if (from < until) return { start: Math.max(0, from), end: until }
  throw new QueryError('input', `the window is empty: it starts at ${iso(from)} and ends at ${iso(until)}`)
}

function iso(at: Timestamp): string {
  return new Date(at).toISOString()
}
