import { SourceError } from '../../../model/source-error.js'
import type { Span } from '../../../model/span.js'
import { TraceqlError, toSpanTest, type TraceContext } from '../../../traceql/index.js'
import type { MatchPlan } from './plan-match.js'

/** What a rule's expression chooses of a trace, each span once. */
export type Judge = (context: TraceContext) => readonly Span[]

/** Throws a `SourceError` where the expression fails on a trace, as on a division by zero. */
export function createJudge({ selection }: MatchPlan): Judge {
  const mayMatch = toSpanTest(selection.hints)
  return (context) => {
    if (mayMatch !== undefined && !context.trace.spans.some(mayMatch)) return []
    try {
      const spansets = selection.evaluate(context)
      const [only] = spansets
      if (only !== undefined && spansets.length === 1) return only.spans
      return [...new Set(spansets.flatMap(({ spans }) => spans))]
    } catch (error) {
      if (!(error instanceof TraceqlError)) throw error
      throw new SourceError(error.message, { reason: 'failed', cause: error })
    }
  }
}
