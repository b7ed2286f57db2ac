import type { Timestamp } from './time.js'
import type { TraceId } from './trace-id.js'

/** A trace in the answer to a search: what Tempo's `/api/search` tells of it. */
export interface TraceMatch {
  readonly traceId: TraceId
  /** Undefined while the root span has not been received, or where it has no `service.name`. */
  readonly rootServiceName: string | undefined
  /** Undefined while the root span has not been received, or where it has no name. */
  readonly rootSpanName: string | undefined
  /** When the first span starts; undefined where the server did not say. */
  readonly start: Timestamp | undefined
  /** From the first span's start to the last span's end, in whole milliseconds, rounded down. */
  readonly durationMs: number
  /** The services that have a span in error in it, those with most first; empty where the server did not say. */
  readonly failedServices: readonly string[]
}

/** Tempo's words for a root that has not been received, or has no `service.name`. */
export const ROOT_NOT_RECEIVED = '<root span not yet received>'

/** When the trace ended; of one of which no start is known it is taken that it goes on. */
export function matchEnd({ start, durationMs }: TraceMatch): Timestamp {
  return start === undefined ? Number.POSITIVE_INFINITY : start + durationMs
}

/** So many of the traces, the newest first. */
export function newestMatches(matches: readonly TraceMatch[], most: number): readonly TraceMatch[] {
  return matches.toSorted((left, right) => (right.start ?? 0) - (left.start ?? 0)).slice(0, most)
}
