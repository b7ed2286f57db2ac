import type { Span } from '../../model/span.js'
import type { Trace } from '../../model/trace.js'
import { parseTraceId, type TraceId } from '../../model/trace-id.js'
import { ApiError } from './api-error.js'
import { encodeResourceSpans } from './encode-trace.js'
import { withQueryErrors } from './query-error.js'
import type { CompileSearch } from './trace-source.js'

const MAX_HEX_DIGITS = 32

/** The trace id in a path. Throws `ApiError` 400 in Tempo's words. */
export function parsePathTraceId(text: string): TraceId {
  const wrong = /[^0-9a-f]/i.exec(text)
  if (wrong) {
    const where = `invalid character '${wrong[0]}' at position ${wrong.index + 1}`
    throw new ApiError(400, `trace IDs can only contain hex characters: ${where}`)
  }
  if (text.length > MAX_HEX_DIGITS) throw new ApiError(400, "trace IDs can't be larger than 128 bits")
  const id = parseTraceId(text)
  if (id === undefined) throw new ApiError(400, 'please provide a traceID')
  return id
}

/** The body of the answer to `/api/traces/{id}`. */
export function answerTraceV1(trace: Trace) {
  return { batches: encodeResourceSpans(trace.spans) }
}

/** The body of the answer to `/api/v2/traces/{id}`: all spans, or those that a query matches. */
export function answerTraceV2(
  trace: Trace | undefined,
  query: string | undefined,
  compileSearch: CompileSearch,
) {
  const search = query === undefined ? undefined : withQueryErrors(() => compileSearch(query))
  if (!trace) return { trace: {}, metrics: {} }
  if (!search) return { trace: { resourceSpans: encodeResourceSpans(trace.spans) }, metrics: {} }
  const matching = new Set<Span>(withQueryErrors(() => search(trace)).flatMap(({ spans }) => spans))
  return {
    trace: { resourceSpans: encodeResourceSpans(trace.spans.filter((span) => matching.has(span))) },
    metrics: {},
    status: 'PARTIAL',
    message: 'Trace filtered, only a subset of spans matching the filter is returned',
  }
}
