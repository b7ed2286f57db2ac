import type { Span } from '../model/span.js'
import type { Trace } from '../model/trace.js'
import type { TraceStructure } from './structure.js'
import { createStructure } from './structure.js'

/** A trace and what must be worked out of all its spans, which is done once and only if asked for. */
export interface TraceContext {
  readonly trace: Trace
  /** The trace id without leading zeros. */
  shortId(): string
  structure(): TraceStructure
  durationNano(): bigint
  /** Undefined where the root has not been seen. */
  root(): Span | undefined
}

export function createTraceContext(trace: Trace): TraceContext {
  let shortId: string | undefined
  let structure: TraceStructure | undefined
  let durationNano: bigint | undefined
  let root: { readonly span: Span | undefined } | undefined
  return {
    trace,
    shortId: () => (shortId ??= trimZeros(trace.traceId)),
    structure: () => (structure ??= createStructure(trace)),
    durationNano: () => (durationNano ??= measure(trace)),
    root: () => (root ??= { span: trace.spans.findLast(isRoot) }).span,
  }
}

/** The hex digits without leading zeros, as Tempo shows trace ids. */
export function trimZeros(id: string): string {
  return id.replace(/^0+/, '')
}

function measure(trace: Trace): bigint {
  let start: bigint | undefined
  let end = 0n
  for (const span of trace.spans) {
    if (start === undefined || span.startTimeUnixNano < start) start = span.startTimeUnixNano
    if (span.endTimeUnixNano > end) end = span.endTimeUnixNano
  }
  return start === undefined ? 0n : end - start
}

/** OpenTracing could tell the parent by a link instead of the parent id. */
function isRoot(span: Span): boolean {
  return (
    span.parentSpanId === undefined &&
    !span.links.some(
      (link) => link.traceId === span.traceId && link.attributes.get('opentracing.ref_type') === 'child_of',
    )
  )
}
