import type { AttributeValue } from '../model/attributes.js'
import {
  SPAN_KINDS,
  STATUS_CODES,
  type InstrumentationScope,
  type Resource,
  type SpanEvent,
  type SpanLink,
  type SpanStatus,
} from '../model/span.js'
import {
  isSpanId,
  isTraceId,
  NO_ATTRIBUTES,
  NO_EVENTS,
  NO_LINKS,
  refuse,
  SPAN_ID_BYTES,
  toStatus,
  TRACE_ID_BYTES,
  type SpanSink,
} from './decoded-spans.js'
import { readKeyValue } from './protobuf-attributes.js'
import type { ProtoReader } from './proto-reader.js'

/** Reads the `Span` at hand into `sink`. */
export function readSpan(
  reader: ProtoReader,
  resource: Resource,
  scope: InstrumentationScope,
  sink: SpanSink,
): void {
  let traceId: string | undefined = ''
  let spanId: string | undefined = ''
  let parentSpanId: string | undefined = ''
  let traceState = ''
  let flags = 0
  let name = ''
  let kind = 0
  let startTimeUnixNano = 0n
  let endTimeUnixNano = 0n
  let attributes: Map<string, AttributeValue> | undefined
  let events: SpanEvent[] | undefined
  let links: SpanLink[] | undefined
  let status = toStatus('unset', '')

  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        traceId = reader.id(TRACE_ID_BYTES)
        break
      case 18:
        spanId = reader.id(SPAN_ID_BYTES)
        break
      case 26:
        traceState = reader.string()
        break
      case 34:
        parentSpanId = reader.id(SPAN_ID_BYTES)
        break
      case 42:
        name = reader.string()
        break
      case 48:
        kind = reader.uint32()
        break
      case 57:
        startTimeUnixNano = reader.fixed64()
        break
      case 65:
        endTimeUnixNano = reader.fixed64()
        break
      case 74:
        attributes = readKeyValue(reader, attributes)
        break
      case 90:
        events ??= []
        events.push(readEvent(reader))
        break
      case 106:
        links ??= []
        readLink(reader, links)
        break
      case 122:
        status = readStatus(reader)
        break
      case 133:
        flags = reader.fixed32()
        break
      default:
        reader.skip(tag)
    }
  }
  reader.leave(outer)

  if (!isTraceId(traceId)) return refuse(sink.refused, 'invalid_trace_id')
  if (!isSpanId(spanId)) return refuse(sink.refused, 'invalid_span_id')
  if (parentSpanId === undefined) return refuse(sink.refused, 'invalid_parent_span_id')
  sink.spans.push({
    traceId,
    spanId,
    parentSpanId: isSpanId(parentSpanId) ? parentSpanId : undefined,
    traceState,
    flags,
    name,
    kind: SPAN_KINDS[kind] ?? 'unspecified',
    startTimeUnixNano,
    endTimeUnixNano,
    attributes: attributes ?? NO_ATTRIBUTES,
    events: events ?? NO_EVENTS,
    links: links ?? NO_LINKS,
    status,
    resource,
    scope,
  })
}

function readEvent(reader: ProtoReader): SpanEvent {
  let name = ''
  let timeUnixNano = 0n
  let attributes: Map<string, AttributeValue> | undefined
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 9) timeUnixNano = reader.fixed64()
    else if (tag === 18) name = reader.string()
    else if (tag === 26) attributes = readKeyValue(reader, attributes)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return { name, timeUnixNano, attributes: attributes ?? NO_ATTRIBUTES }
}

/** A link to nothing is left out. */
function readLink(reader: ProtoReader, links: SpanLink[]): void {
  let traceId: string | undefined = ''
  let spanId: string | undefined = ''
  let traceState = ''
  let attributes: Map<string, AttributeValue> | undefined
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 10) traceId = reader.id(TRACE_ID_BYTES)
    else if (tag === 18) spanId = reader.id(SPAN_ID_BYTES)
    else if (tag === 26) traceState = reader.string()
    else if (tag === 34) attributes = readKeyValue(reader, attributes)
    else reader.skip(tag)
  }
  reader.leave(outer)
  if (!isTraceId(traceId) || !isSpanId(spanId)) return
  links.push({ traceId, spanId, traceState, attributes: attributes ?? NO_ATTRIBUTES })
}

function readStatus(reader: ProtoReader): SpanStatus {
  let code = 0
  let message = ''
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 18) message = reader.string()
    else if (tag === 24) code = reader.uint32()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return toStatus(STATUS_CODES[code] ?? 'unset', message)
}
