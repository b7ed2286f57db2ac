import type { Span } from '../src/model/span.js'

/** A span as a plain object, so that it can be compared. */
export function toPlainSpan(span: Span): Span {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    traceState: span.traceState,
    flags: span.flags,
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: span.startTimeUnixNano,
    endTimeUnixNano: span.endTimeUnixNano,
    attributes: new Map(span.attributes),
    events: span.events,
    links: span.links,
    status: span.status,
    resource: span.resource,
    scope: span.scope,
  }
}
