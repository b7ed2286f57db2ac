import type { SpanScreen } from '../../model/span-screen.js'
import type { Timestamp } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type {
  Field,
  MetricsAccumulator,
  MetricsLimits,
  MetricsWindow,
  QueryNeeds,
  Spanset,
} from '../../traceql/index.js'

/** A TraceQL search, ready to run: the spansets of a trace that match, none where it does not. */
export interface Search {
  (trace: Trace): readonly Spanset[]
  /** What the query names, which is then shown of every span that matches. Without it none of it is shown. */
  readonly needs?: QueryNeeds
  /** Passes a span of each trace that matches; undefined where no span alone tells. */
  readonly mayMatch?: SpanScreen | undefined
}

/** Makes a search of TraceQL text. */
export type CompileSearch = (query: string) => Search

/** A TraceQL metrics query, ready to run over a window. */
export interface MetricsQuery {
  start(window: MetricsWindow, limits: Partial<MetricsLimits>): MetricsAccumulator
  /** Whether its samples are made of values of the spans (`max_over_time`, …), not of how many there are. */
  readonly measures: boolean
  /** Whether the query itself says how many exemplars it wants. */
  readonly limitsExemplars: boolean
}

/**
 * TraceQL, as far as the API needs it. Each function, and what it makes, throws an error whose `stage` says how far the
 * text came: `syntax`, `semantic`, `unsupported` or `evaluation`.
 */
export interface QueryLanguage {
  readonly compileSearch: CompileSearch
  /** Undefined for a query that is a search. */
  readonly compileMetrics: (query: string) => MetricsQuery | undefined
  /** The attribute or intrinsic of this name, such as `resource.service.name`. */
  readonly parseField: (name: string) => Field
  /** The step of a range query that names none. */
  readonly defaultStepMs: (start: Timestamp, end: Timestamp) => number
}
