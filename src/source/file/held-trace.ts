import type { Span } from '../../model/span.js'
import type { Timestamp } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'
import type { SharedPart } from './shared-parts.js'

/** What a trace takes in memory before its first span, in bytes: its maps, its entry in the window, its view. */
const TRACE_BYTES = 800

/** A trace in the window, growing in place. */
export interface HeldTrace {
  readonly traceId: TraceId
  /** By span id; a span whose id another one has already has a longer key. */
  readonly spans: Map<string, Span>
  readonly parts: Set<SharedPart>
  startTimeUnixNano: bigint
  endTimeUnixNano: bigint
  latestArrival: Timestamp
  /** The memory of the trace itself and its spans, in bytes; that of the shared parts it holds. */
  ownBytes: number
  partBytes: number
  /** The trace as others see it, made when they ask. */
  view: Trace | undefined
  /** Its neighbours in the order of latest arrival. */
  before: HeldTrace | undefined
  after: HeldTrace | undefined
}

/** A trace with nothing in it yet. */
export function createHeldTrace(first: Span, now: Timestamp): HeldTrace {
  return {
    traceId: first.traceId,
    spans: new Map(),
    parts: new Set(),
    startTimeUnixNano: first.startTimeUnixNano,
    endTimeUnixNano: first.endTimeUnixNano,
    latestArrival: now,
    ownBytes: TRACE_BYTES,
    partBytes: 0,
    view: undefined,
    before: undefined,
    after: undefined,
  }
}

/**
 * The key that `span` would have in this trace; undefined when it is held already. Clients that retry send a span
 * twice; the two sides of a call in Zipkin's model share an id, but not the kind and the start.
 */
export function keyOf(trace: HeldTrace, span: Span): string | undefined {
  const held = trace.spans.get(span.spanId)
  if (!held) return span.spanId
  if (isSame(held, span)) return undefined
  const key = `${span.spanId} ${span.kind} ${span.startTimeUnixNano}`
  return trace.spans.has(key) ? undefined : key
}

function isSame(held: Span, span: Span): boolean {
  return held.kind === span.kind && held.startTimeUnixNano === span.startTimeUnixNano
}

/** The trace as it is now; the same object until a span is added. */
export function viewOf(trace: HeldTrace): Trace {
  trace.view ??= { traceId: trace.traceId, spans: [...trace.spans.values()] }
  return trace.view
}
