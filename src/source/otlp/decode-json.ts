import {
  SPAN_KINDS,
  STATUS_CODES,
  type InstrumentationScope,
  type Resource,
  type SpanEvent,
  type SpanLink,
} from '../../model/span.js'
import {
  isSpanId,
  isTraceId,
  NO_EVENTS,
  NO_LINKS,
  refuse,
  SPAN_ID_BYTES,
  toStatus,
  TRACE_ID_BYTES,
  type DecodedSpans,
  type SpanSink,
} from './decoded-spans.js'
import { attributesField } from './json-attributes.js'
import {
  enumField,
  idField,
  itemsField,
  objectField,
  stringField,
  toObject,
  uint64Field,
  type JsonObject,
} from './json-fields.js'

const ROOT = 'request'

/**
 * The spans in a parsed OTLP/JSON `ExportTraceServiceRequest`: hex ids, 64-bit integers as strings or numbers, enums as
 * numbers or names. Spans whose id is missing or zero are left out and counted; keys that are not known are passed over.
 *
 * Throws `OtlpDecodeError` for a known key with a value of the wrong kind, an id of the wrong length included.
 */
export function decodeJson(request: unknown): DecodedSpans {
  const sink: SpanSink = { spans: [], refused: new Map() }
  for (const [resourceSpans, path] of itemsField(toObject(request, ROOT), 'resourceSpans', ROOT)) {
    const resource = readResource(objectField(resourceSpans, 'resource', path), `${path}.resource`)
    for (const [scopeSpans, scopePath] of itemsField(resourceSpans, 'scopeSpans', path)) {
      const scope = readScope(objectField(scopeSpans, 'scope', scopePath), `${scopePath}.scope`)
      for (const [span, spanPath] of itemsField(scopeSpans, 'spans', scopePath)) {
        readSpan(span, spanPath, resource, scope, sink)
      }
    }
  }
  return sink
}

function readResource(resource: JsonObject, path: string): Resource {
  return { attributes: attributesField(resource, 'attributes', path) }
}

function readScope(scope: JsonObject, path: string): InstrumentationScope {
  return {
    name: stringField(scope, 'name', path),
    version: stringField(scope, 'version', path),
    attributes: attributesField(scope, 'attributes', path),
  }
}

function readSpan(
  span: JsonObject,
  path: string,
  resource: Resource,
  scope: InstrumentationScope,
  sink: SpanSink,
): void {
  const traceId = idField(span, 'traceId', path, TRACE_ID_BYTES)
  const spanId = idField(span, 'spanId', path, SPAN_ID_BYTES)
  const parentSpanId = idField(span, 'parentSpanId', path, SPAN_ID_BYTES)
  if (!isTraceId(traceId)) return refuse(sink.refused, 'invalid_trace_id')
  if (!isSpanId(spanId)) return refuse(sink.refused, 'invalid_span_id')

  const status = objectField(span, 'status', path)
  const statusCode = enumField(status, 'code', `${path}.status`, STATUS_CODES, 'STATUS_CODE_')
  const events = Array.from(itemsField(span, 'events', path), ([event, at]) => readEvent(event, at))
  const links = Array.from(itemsField(span, 'links', path), ([link, at]) => readLink(link, at))
  sink.spans.push({
    traceId,
    spanId,
    parentSpanId: isSpanId(parentSpanId) ? parentSpanId : undefined,
    traceState: stringField(span, 'traceState', path),
    flags: Number(BigInt.asUintN(32, uint64Field(span, 'flags', path))),
    name: stringField(span, 'name', path),
    kind: enumField(span, 'kind', path, SPAN_KINDS, 'SPAN_KIND_'),
    startTimeUnixNano: uint64Field(span, 'startTimeUnixNano', path),
    endTimeUnixNano: uint64Field(span, 'endTimeUnixNano', path),
    attributes: attributesField(span, 'attributes', path),
    events: events.length > 0 ? events : NO_EVENTS,
    links:
      links.length > 0 ? links.filter((link) => isTraceId(link.traceId) && isSpanId(link.spanId)) : NO_LINKS,
    status: toStatus(statusCode, stringField(status, 'message', `${path}.status`)),
    resource,
    scope,
  })
}

function readEvent(event: JsonObject, path: string): SpanEvent {
  return {
    name: stringField(event, 'name', path),
    timeUnixNano: uint64Field(event, 'timeUnixNano', path),
    attributes: attributesField(event, 'attributes', path),
  }
}

function readLink(link: JsonObject, path: string): SpanLink {
  return {
    traceId: idField(link, 'traceId', path, TRACE_ID_BYTES),
    spanId: idField(link, 'spanId', path, SPAN_ID_BYTES),
    traceState: stringField(link, 'traceState', path),
    attributes: attributesField(link, 'attributes', path),
  }
}
