import type { Span, SpanLink } from './span.js'
import type { TraceId } from './trace-id.js'

/** The spans of one trace that are known so far. Never empty. */
export interface Trace {
  readonly traceId: TraceId
  readonly spans: readonly Span[]
}

/**
 * The span that a trace begins with: the last of those without a parent. Undefined where none has been received.
 * OpenTracing could tell the parent by a link instead of the parent id.
 */
export function findRoot({ spans }: Trace): Span | undefined {
  return spans.findLast(
    (span) => span.parentSpanId === undefined && !span.links.some((link) => isParent(link, span)),
  )
}

function isParent(link: SpanLink, span: Span): boolean {
  return link.traceId === span.traceId && link.attributes.get('opentracing.ref_type') === 'child_of'
}

/** From the first start of a span to the last end of one, in Unix nanoseconds. */
export function findExtent({ spans }: Trace): { readonly start: bigint; readonly end: bigint } {
  let start = spans[0]?.startTimeUnixNano ?? 0n
  let end = 0n
  for (const span of spans) {
    if (span.startTimeUnixNano < start) start = span.startTimeUnixNano
    if (span.endTimeUnixNano > end) end = span.endTimeUnixNano
  }
  return { start, end }
}

/** Two spans may share one id, as Zipkin's client and server halves do; beyond that Tempo gives the tree of a trace up. */
const MOST_SPANS_WITH_ONE_ID = 2

/** Whether no id stands for so many spans that who is whose parent cannot be told any more. */
export function hasUsableIds({ spans }: Trace): boolean {
  if (spans.length <= MOST_SPANS_WITH_ONE_ID) return true
  const counts = new Map<string, number>()
  for (const { spanId } of spans) {
    const count = (counts.get(spanId) ?? 0) + 1
    if (count > MOST_SPANS_WITH_ONE_ID) return false
    counts.set(spanId, count)
  }
  return true
}
