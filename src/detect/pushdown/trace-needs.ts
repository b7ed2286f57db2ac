import type { FieldExpression, Pipeline } from '../../traceql/index.js'

/** Which traces a rule, or a part of one, must be given to be worked out here, and what must be known of their spans. */
export interface TraceNeeds {
  /**
   * What each span tells by itself: the spans that meet it are enough. Undefined where whole traces are needed.
   */
  readonly condition: FieldExpression | undefined
  /** Finds every trace of interest, and maybe others, also beside other pipelines. */
  readonly candidates: Pipeline
  /**
   * Finds just the spans that are chosen, of a trace that the source holds in one part: it is believed where there are too
   * many candidates to look at. Undefined where it cannot.
   */
  readonly exact: Pipeline | undefined
  /** What must be known of spans that the source has chosen. */
  readonly exactFields: readonly string[]
  /** Each filter, widely: a trace of interest has a span that meets one. */
  readonly conditions: readonly FieldExpression[]
  /** What must be known of spans, as TraceQL writes it. */
  readonly fields: readonly string[]
  /** Whether events or links must be known, which a search does not tell. */
  readonly needsItems: boolean
}

/** Needs for which single spans tell. */
export type SpanNeeds = TraceNeeds & { readonly condition: FieldExpression }

export function needsSpansOnly(needs: TraceNeeds): needs is SpanNeeds {
  return needs.condition !== undefined
}
