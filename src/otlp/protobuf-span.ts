import type { AttributeValue } from '../model/attributes.js'
import {
  SPAN_KINDS,
  STATUS_CODES,
  type Span,
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
  SPAN_ID_BYTES,
  toStatus,
  TRACE_ID_BYTES,
  type RefusalReason,
} from './decoded-spans.js'
import { readKeyValue } from './protobuf-attributes.js'
import type { ProtoReader } from './proto-reader.js'

/** A span but for what it shares with others. */
export type SpanFields = Omit<Span, 'resource' | 'scope'>

/**
 * Reads the fields of a `Span` up to the end of what the reader may read. Answers why it cannot be kept where an id is
 * not one.
 */
export function readSpanFields(reader: ProtoReader): SpanFields | RefusalReason {
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
        addLink(links, readLink(reader))
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

  if (!isTraceId(traceId)) return 'invalid_trace_id'
  if (!isSpanId(spanId)) return 'invalid_span_id'
  if (parentSpanId === undefined) return 'invalid_parent_span_id'
  return {
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
  }
}

function addLink(links: SpanLink[], link: SpanLink | undefined): void {
  if (link !== undefined) links.push(link)
}

/** Reads the `Span.Event` at hand. */
export function readEvent(reader: ProtoReader): SpanEvent {
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

/** Reads the `Span.Link` at hand; undefined for a link to nothing. */
export function readLink(reader: ProtoReader): SpanLink | undefined {
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
  if (!isTraceId(traceId) || !isSpanId(spanId)) return undefined
  return { traceId, spanId, traceState, attributes: attributes ?? NO_ATTRIBUTES }
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
