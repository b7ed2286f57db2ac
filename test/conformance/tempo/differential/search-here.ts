import type { Span } from '../../../../src/model/span.js'
import type { Trace } from '../../../../src/model/trace.js'
import { decodeJson } from '../../../../src/otlp/decode-json.js'
import type { Spanset } from '../../../../src/traceql/index.js'
import { answerHere } from './answer-here.js'
import { spansetLine, workedOut, type SearchAnswer } from './answer.js'
import { showValue } from './shown-value.js'

/** The traces in these OTLP/JSON requests. */
export function tracesOf(requests: readonly object[]): readonly Trace[] {
  const byId = new Map<string, Span[]>()
  for (const span of requests.flatMap((request) => decodeJson(request).spans)) {
    const spans = byId.get(span.traceId)
    if (spans === undefined) byId.set(span.traceId, [span])
    else spans.push(span)
  }
  return Array.from(byId, ([traceId, spans]) => ({ traceId, spans }))
}

/** Our own answer to a search. */
export function searchHere(query: string, traces: readonly Trace[]): SearchAnswer {
  return search(query, traces, lineOf)
}

/** Our own answer to a search, with what was worked out of each span set. */
export function searchFullyHere(query: string, traces: readonly Trace[]): SearchAnswer {
  return search(query, traces, (trace, spanset) => {
    const attributes = Array.from(spanset.attributes, ([name, value]) => [name, showValue(value)] as const)
    return lineOf(trace, spanset) + workedOut(attributes)
  })
}

function lineOf({ traceId }: Trace, { spans }: Spanset): string {
  return spansetLine(
    traceId,
    spans.map(({ spanId }) => spanId),
  )
}

function search(
  query: string,
  traces: readonly Trace[],
  show: (trace: Trace, spanset: Spanset) => string,
): SearchAnswer {
  return answerHere(query, (program) => {
    if (program.kind !== 'search') return { refused: 'not a search' }
    return traces.flatMap((trace) => program.evaluate(trace).map((spanset) => show(trace, spanset))).sort()
  })
}
