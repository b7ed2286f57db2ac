import type { RuleMeasure } from '../../model/rule-sample.js'
import type { Span } from '../../model/span.js'
import type { Interval } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { AlikeSpans, Selection, TraceContext } from '../../traceql/index.js'
import type { InstanceKey } from './instance-reader.js'
import type { ExemplarChoice } from './shape-tally.js'
import type { TraceMatches } from './trace-matches.js'
import type { TraceTimes } from './trace-times.js'

/** Takes what its selection chooses: the spans of each trace, or those that are alike together. */
export interface Taker {
  readonly selection: Selection
  /** Takes the spans of a trace, which overlaps the window of the rule. */
  take(context: TraceContext, spans: readonly Span[], times: TraceTimes): void
  /** How those that are alike are taken, in place of each trace's; undefined where that cannot be. */
  readonly alike: AlikeTaker | undefined
}

export interface AlikeTaker {
  readonly needsDurations: boolean
  readonly exemplars: ExemplarChoice
  /** Takes spans that start in the window of the rule. */
  take(alike: AlikeSpans): void
}

/** What is known of a window beside what the takers were given. */
export interface WindowFacts {
  /** Traces in it, of interest or not. */
  readonly traceCount: number
  /** Whether traces of it may be missing. */
  readonly isComplete: boolean
  readonly matches: TraceMatches
}

/** One evaluation of one rule. */
export interface RuleRun {
  readonly takers: readonly Taker[]
  /** What it came to, once the takers have been given all traces of the window. */
  measure(facts: WindowFacts): RuleMeasure
}

/** An evaluation of a match rule, which traces can be added to that no window held when they should have come. */
export interface MatchRun extends RuleRun {
  /** The instances to which a trace belongs of which these spans were chosen, each once. */
  instancesOf(context: TraceContext, spans: readonly Span[]): readonly InstanceKey[]
  /** Counts a trace in these instances, which came late for its window. */
  countLate(trace: Trace, instances: readonly InstanceKey[]): void
}

/** A rule, ready to be evaluated. */
export type RuleProgram =
  | { readonly kind: 'metric'; start(window: Interval): RuleRun }
  | { readonly kind: 'match'; start(window: Interval): MatchRun }
