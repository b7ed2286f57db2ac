import type { Span } from '../../model/span.js'
import type { Trace } from '../../model/trace.js'

/** What a search tells of a trace as a whole. */
export interface TraceSummary {
  readonly trace: Trace
  /** Undefined while no root has been received; of several the last one. */
  readonly root: Span | undefined
  readonly startTimeUnixNano: bigint
  /** From the first start to the last end, in whole milliseconds, rounded down. */
  readonly durationMs: number
}

export function summarize(trace: Trace): TraceSummary {
  let start: bigint | undefined
  let end = 0n
  for (const span of trace.spans) {
    if (start === undefined || span.startTimeUnixNano < start) start = span.startTimeUnixNano
    if (span.endTimeUnixNano > end) end = span.endTimeUnixNano
  }
  const startTimeUnixNano = start ?? 0n
  const duration = end - startTimeUnixNano
  return {
    trace,
    root: findRoot(trace.spans),
    startTimeUnixNano,
    durationMs: duration > 0n ? Number(duration / 1_000_000n) : 0,
  }
}

/** The root span; undefined while none has been received; of several the last one. */
export function findRoot(spans: readonly Span[]): Span | undefined {
  return spans.findLast(isRoot)
}

/** OpenTracing could tell the parent by a link instead of the parent id. */
function isRoot(span: Span): boolean {
  return span.parentSpanId === undefined && !span.links.some((link) => isParentLink(span, link))
}

function isParentLink(span: Span, link: Span['links'][number]): boolean {
  return link.traceId === span.traceId && link.attributes.get('opentracing.ref_type') === 'child_of'
}
