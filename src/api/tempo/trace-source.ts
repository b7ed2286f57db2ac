import type { Interval } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'
import type { QueryNeeds, Spanset } from '../../traceql/index.js'

/** The traces that the API shows. */
export interface TraceSource {
  /** The traces that overlap `interval`, both ends included, in any order. */
  overlapping(interval: Interval): Iterable<Trace>
  get(id: TraceId): Trace | undefined
}

/** A TraceQL search, ready to run: the spansets of a trace that match, none where it does not. */
export interface Search {
  (trace: Trace): readonly Spanset[]
  /** What the query names, which is then shown of every span that matches. Without it none of it is shown. */
  readonly needs?: QueryNeeds
}

/**
 * Makes a search of TraceQL text. It, and the search, throw an error whose `stage` says how far the query came:
 * `syntax`, `semantic`, `unsupported` or `evaluation`.
 */
export type CompileSearch = (query: string) => Search
