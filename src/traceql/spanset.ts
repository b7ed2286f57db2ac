import type { AttributeValue } from '../model/attributes.js'
import type { Span } from '../model/span.js'
import type { TraceContext } from './trace-context.js'

/** Spans of one trace that match together, and what the pipeline worked out of them, such as `count()`. */
export interface Spanset {
  readonly spans: readonly Span[]
  /**
   * By the words of the query, such as `by(span.db.system)` and `avg(duration)`. A duration is a text such as `65ms`,
   * a group without a value the text `nil`, as in Tempo's answers.
   */
  readonly attributes: ReadonlyMap<string, AttributeValue>
}

/** What becomes of one spanset in a stage: none, one or several. */
export type StageProgram = (context: TraceContext, input: Spanset) => readonly Spanset[]

export const NO_ATTRIBUTES: Spanset['attributes'] = new Map()

/** The spans of all, each once. */
export function mergeSpans(spansets: readonly { readonly spans: readonly Span[] }[]): readonly Span[] {
  const [only] = spansets
  if (only !== undefined && spansets.length === 1) return only.spans
  return [...new Set(spansets.flatMap(({ spans }) => spans))]
}
