import type { FoundTrace, SpanQuestion } from '../../model/question.js'
import type { TraceId } from '../../model/trace-id.js'
import { decodeFoundTraces, spanKey, type SpanAnswerPlan } from './decode-spans.js'
import type { PageQuestion } from './page.js'
import { planFields, printFieldStages } from './span-fields.js'
import { spaceQuery } from './space-query.js'

/** The most that Tempo tells of a span set. */
export const MOST_SPANS_PER_SET = 100
const PAGE_TRACES = 2500

/**
 * True for the spans that no root leads to. `nestedSetParent = 0` would say the same, and Tempo would take it for true of
 * every span where it is not all of a filter.
 */
const BROKEN = 'nestedSetLeft = nestedSetParent'
/** Parts of one trace are told apart by what the trace lasts, as each part knows itself only. */
const PART = 'traceDuration'

const PART_GROUPS = { broken: `by(${BROKEN})`, duration: `by(${PART})` }

/** The search that answers a question for spans. */
export function toSpanSearch({
  query,
  fields,
  inParts,
}: Pick<SpanQuestion, 'query' | 'fields' | 'inParts'>): PageQuestion<FoundTrace> {
  const parts = inParts ? ` | by(${BROKEN}) | by(${PART})` : ''
  const fieldPlan = planFields(`${query}${parts}`, fields)
  const plan: SpanAnswerPlan = { ...fieldPlan, parts: inParts ? PART_GROUPS : undefined }
  return {
    query: spaceQuery(`${query}${parts}${printFieldStages(fieldPlan)}`),
    firstLimit: PAGE_TRACES,
    nextLimit: PAGE_TRACES,
    spansPerSet: MOST_SPANS_PER_SET,
    decode: (body): ReadonlyMap<TraceId, FoundTrace> => decodeFoundTraces(body, plan),
  }
}

/** What is known of a trace that was found twice. */
export function mergeFound(one: FoundTrace, other: FoundTrace): FoundTrace {
  const spans = new Map([...one.trace.spans, ...other.trace.spans].map((span) => [spanKey(span), span]))
  return {
    match: one.match.durationMs < other.match.durationMs ? other.match : one.match,
    trace: { traceId: one.trace.traceId, spans: [...spans.values()] },
    isCut: one.isCut || other.isCut,
    mayBeInParts: one.mayBeInParts || other.mayBeInParts,
  }
}
