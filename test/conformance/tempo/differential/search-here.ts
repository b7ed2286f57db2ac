import type { Span } from '../../../../src/model/span.js'
import type { Trace } from '../../../../src/model/trace.js'
import { decodeJson } from '../../../../src/otlp/decode-json.js'
import { check, compile, parse, print, TraceqlError } from '../../../../src/traceql/index.js'
import { spansetLine, type SearchAnswer } from './answer.js'

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

/** Our own answer to a search. The query is printed and parsed once more on the way, which must not change it. */
export function searchHere(query: string, traces: readonly Trace[]): SearchAnswer {
  try {
    const program = compile(check(parse(print(parse(query)))))
    if (program.kind !== 'search') return { refused: 'not a search' }
    return traces
      .flatMap((trace) =>
        program.evaluate(trace).map(({ spans }) =>
          spansetLine(
            trace.traceId,
            spans.map(({ spanId }) => spanId),
          ),
        ),
      )
      .sort()
  } catch (error) {
    if (error instanceof TraceqlError) return { refused: error.message }
    throw error
  }
}
