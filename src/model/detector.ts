import type { Answers, Question } from './question.js'
import type { Freshness } from './source.js'
import type { SourceError } from './source-error.js'
import type { Interval, Timestamp } from './time.js'
import type { TraceId } from './trace-id.js'
import type { TraceMatch } from './trace-match.js'

/** The distinct traces that a check looked at, and whether they are a sample. */
export interface Population {
  readonly traceIds: ReadonlySet<TraceId>
  /** They go on after this moment. */
  readonly since: Timestamp
  readonly sampled: boolean
}

/** The traces that a detector found wrong in its window. */
export interface MatchesMeasured {
  readonly kind: 'matches'
  readonly matches: readonly TraceMatch[]
  /** What was searched, both ends included. */
  readonly window: Interval
  /** Everything before this moment should have been visible to an earlier check: a match that ended before it is late. */
  readonly dueSince: Timestamp
  readonly sampled: boolean
  readonly population: Population
  /** A part of the answer could not be had: the check has failed, though what was found is told. */
  readonly failure?: SourceError | undefined
}

/** A share of the traces in a window: `affected` of `total`, both distinct traces of one population. */
export interface ShareMeasured {
  readonly kind: 'share'
  readonly affected: number
  readonly total: number
  /** What was counted: start excluded, end included. */
  readonly window: Interval
  readonly sampled: boolean
}

export type Measured = MatchesMeasured | ShareMeasured

/**
 * Asks and measures. It states its questions first and judges the answers after, so that the planner between the two
 * can join, rewrite and split the questions of all detectors.
 */
export interface Detector {
  ask(at: Timestamp, freshness: Freshness): readonly Question[]
  /** Judges the answers to the questions last asked. Throws `SourceError` where the answer it needs failed. */
  measure(answers: Answers, at: Timestamp): Measured
}
