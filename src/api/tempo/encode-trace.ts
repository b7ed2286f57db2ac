import type {
  InstrumentationScope,
  Resource,
  Span,
  SpanEvent,
  SpanLink,
  SpanStatus,
} from '../../model/span.js'
import { encodeAttributes } from './encode-value.js'
import { groupByResource } from '../../otlp/group-spans.js'

// Fields with their default value are absent, as in proto3's JSON: `undefined` becomes so in `JSON.stringify`.

/**
 * Spans as the list of `ResourceSpans` that Tempo answers: OTLP/JSON, but for ids, which are base64, and enums, which
 * are names. Spans that came under one resource or scope stand under one. Exact: no number goes through a double.
 */
export function encodeResourceSpans(spans: readonly Span[]): readonly unknown[] {
  return groupByResource(spans).map(({ resource, scopes }) => ({
    resource: encodeResource(resource),
    scopeSpans: scopes.map(({ scope, spans: inScope }) => ({
      scope: encodeScope(scope),
      spans: inScope.map(encodeSpan),
    })),
  }))
}

function encodeResource({ attributes }: Resource): unknown {
  return { attributes: encodeAttributes(attributes) }
}

function encodeScope({ name, version, attributes }: InstrumentationScope): unknown {
  return { name: name || undefined, version: version || undefined, attributes: encodeAttributes(attributes) }
}

function encodeSpan(span: Span): unknown {
  return {
    traceId: toBase64(span.traceId),
    spanId: toBase64(span.spanId),
    traceState: span.traceState || undefined,
    parentSpanId: span.parentSpanId === undefined ? undefined : toBase64(span.parentSpanId),
    flags: span.flags || undefined,
    name: span.name || undefined,
    kind: span.kind === 'unspecified' ? undefined : `SPAN_KIND_${span.kind.toUpperCase()}`,
    startTimeUnixNano: encodeNanos(span.startTimeUnixNano),
    endTimeUnixNano: encodeNanos(span.endTimeUnixNano),
    attributes: encodeAttributes(span.attributes),
    events: span.events.length === 0 ? undefined : span.events.map(encodeEvent),
    links: span.links.length === 0 ? undefined : span.links.map(encodeLink),
    status: encodeStatus(span.status),
  }
}

function encodeEvent(event: SpanEvent): unknown {
  return {
    timeUnixNano: encodeNanos(event.timeUnixNano),
    name: event.name || undefined,
    attributes: encodeAttributes(event.attributes),
  }
}

function encodeLink(link: SpanLink): unknown {
  return {
    traceId: toBase64(link.traceId),
    spanId: toBase64(link.spanId),
    traceState: link.traceState || undefined,
    attributes: encodeAttributes(link.attributes),
  }
}

function encodeStatus({ code, message }: SpanStatus): unknown {
  return {
    message: message || undefined,
    code: code === 'unset' ? undefined : `STATUS_CODE_${code.toUpperCase()}`,
  }
}

function encodeNanos(nanos: bigint): string | undefined {
  return nanos === 0n ? undefined : String(nanos)
}

function toBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64')
}
