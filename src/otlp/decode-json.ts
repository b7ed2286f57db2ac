import {
  SPAN_KINDS,
  STATUS_CODES,
  type InstrumentationScope,
  type Resource,
  type SpanEvent,
  type SpanLink,
} from '../model/span.js'
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
import { placeIn, REQUEST, type JsonPlace } from './json-place.js'

/**
 * The spans in a parsed OTLP/JSON `ExportTraceServiceRequest`: hex ids, 64-bit integers as strings or numbers, enums as
 * numbers or names. Spans whose id is missing or zero are left out and counted; keys that are not known are passed over.
 *
 * Throws `OtlpDecodeError` for a known key with a value of the wrong kind, an id of the wrong length included.
 */
export function decodeJson(request: unknown): DecodedSpans {
  const sink: SpanSink = { spans: [], refused: new Map() }
  for (const [resourceSpans, place] of itemsField(toObject(request, REQUEST), 'resourceSpans', REQUEST)) {
    const resource = readResource(objectField(resourceSpans, 'resource', place), placeIn(place, 'resource'))
    for (const [scopeSpans, scopePlace] of itemsField(resourceSpans, 'scopeSpans', place)) {
      const scope = readScope(objectField(scopeSpans, 'scope', scopePlace), placeIn(scopePlace, 'scope'))
      for (const [span, spanPlace] of itemsField(scopeSpans, 'spans', scopePlace)) {
        readSpan(span, spanPlace, resource, scope, sink)
      }
    }
  }
  return sink
}

function readResource(resource: JsonObject, place: JsonPlace): Resource {
  return { attributes: attributesField(resource, 'attributes', place) }
}

function readScope(scope: JsonObject, place: JsonPlace): InstrumentationScope {
  return {
    name: stringField(scope, 'name', place),
    version: stringField(scope, 'version', place),
    attributes: attributesField(scope, 'attributes', place),
  }
}

function readSpan(
  span: JsonObject,
  place: JsonPlace,
  resource: Resource,
  scope: InstrumentationScope,
  sink: SpanSink,
): void {
  const traceId = idField(span, 'traceId', place, TRACE_ID_BYTES)
  const spanId = idField(span, 'spanId', place, SPAN_ID_BYTES)
  const parentSpanId = idField(span, 'parentSpanId', place, SPAN_ID_BYTES)
  if (!isTraceId(traceId)) return refuse(sink.refused, 'invalid_trace_id')
  if (!isSpanId(spanId)) return refuse(sink.refused, 'invalid_span_id')

  const status = objectField(span, 'status', place)
  const statusCode = enumField(status, 'code', placeIn(place, 'status'), STATUS_CODES, 'STATUS_CODE_')
  const events = Array.from(itemsField(span, 'events', place), ([event, at]) => readEvent(event, at))
  const links = Array.from(itemsField(span, 'links', place), ([link, at]) => readLink(link, at))
  sink.spans.push({
    traceId,
    spanId,
    parentSpanId: isSpanId(parentSpanId) ? parentSpanId : undefined,
    traceState: stringField(span, 'traceState', place),
    flags: Number(BigInt.asUintN(32, uint64Field(span, 'flags', place))),
    name: stringField(span, 'name', place),
    kind: enumField(span, 'kind', place, SPAN_KINDS, 'SPAN_KIND_'),
    startTimeUnixNano: uint64Field(span, 'startTimeUnixNano', place),
    endTimeUnixNano: uint64Field(span, 'endTimeUnixNano', place),
    attributes: attributesField(span, 'attributes', place),
    events: events.length > 0 ? events : NO_EVENTS,
    links:
      links.length > 0 ? links.filter((link) => isTraceId(link.traceId) && isSpanId(link.spanId)) : NO_LINKS,
    status: toStatus(statusCode, stringField(status, 'message', placeIn(place, 'status'))),
    resource,
    scope,
  })
}

function readEvent(event: JsonObject, place: JsonPlace): SpanEvent {
  return {
    name: stringField(event, 'name', place),
    timeUnixNano: uint64Field(event, 'timeUnixNano', place),
    attributes: attributesField(event, 'attributes', place),
  }
}

function readLink(link: JsonObject, place: JsonPlace): SpanLink {
  return {
    traceId: idField(link, 'traceId', place, TRACE_ID_BYTES),
    spanId: idField(link, 'spanId', place, SPAN_ID_BYTES),
    traceState: stringField(link, 'traceState', place),
    attributes: attributesField(link, 'attributes', place),
  }
}
