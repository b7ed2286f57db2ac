import type { Span } from '../../model/span.js'
import type { Trace } from '../../model/trace.js'
import { parseTraceId, type TraceId } from '../../model/trace-id.js'
import { ApiError } from './api-error.js'
import { encodeResourceSpans } from './encode-trace.js'
import { encodeTraceProtobuf, encodeTraceResponseProtobuf } from '../../otlp/encode-protobuf.js'
import { SEARCH_WORDS, withQueryErrors } from './query-error.js'
import type { CompileSearch, Search } from './query-language.js'

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
export function answerTraceV1(trace: Trace, accept: string): object {
  return wantsProtobuf(accept)
    ? encodeTraceProtobuf(trace.spans)
    : { batches: encodeResourceSpans(trace.spans) }
}

/** The body of the answer to `/api/v2/traces/{id}`: all spans, or those that a query matches. */
export function answerTraceV2(
  trace: Trace | undefined,
  query: string | undefined,
  compileSearch: CompileSearch,
  accept: string,
): object {
  const search = query === undefined ? undefined : withQueryErrors(SEARCH_WORDS, () => compileSearch(query))
  const spans = trace && search ? selectSpans(trace, search) : (trace?.spans ?? [])
  const partial = trace && search ? FILTERED : undefined
  if (wantsProtobuf(accept)) return encodeTraceResponseProtobuf(spans, partial)
  return {
    trace: trace ? { resourceSpans: encodeResourceSpans(spans) } : {},
    metrics: {},
    status: partial && 'PARTIAL',
    message: partial,
  }
}

const FILTERED = 'Trace filtered, only a subset of spans matching the filter is returned'

/** The spans that match, in the order of the trace. */
export function selectSpans(trace: Trace, search: Search): readonly Span[] {
  const spansets = withQueryErrors(SEARCH_WORDS, () => search(trace))
  const matching = new Set<Span>(spansets.flatMap(({ spans }) => spans))
  return trace.spans.filter((span) => matching.has(span))
}

function wantsProtobuf(accept: string): boolean {
  return accept
    .split(',')
    .some((type) => /^\s*application\/protobuf\s*(?:;(?!\s*q=0(?:\.0*)?\s*$)|$)/i.test(type))
}
