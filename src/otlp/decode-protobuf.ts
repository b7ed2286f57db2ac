import type { AttributeValue } from '../model/attributes.js'
import type { InstrumentationScope, Resource } from '../model/span.js'
import { NO_ATTRIBUTES, NO_RESOURCE, NO_SCOPE, type DecodedSpans, type SpanSink } from './decoded-spans.js'
import { readKeyValue } from './protobuf-attributes.js'
import { readSpan } from './protobuf-span.js'
import { ProtoReader } from './proto-reader.js'
import type { StringCache } from './string-cache.js'

// The numbers in the switches are tags as on the wire, field number * 8 + wire type, of the messages in
// opentelemetry/proto/{collector/trace,trace,resource,common}/v1. A known field with another wire type is unknown.

/**
 * The spans in the bytes of an OTLP `ExportTraceServiceRequest`. Spans whose own, or whose parent's, id is not one are
 * left out and counted; links to nothing are left out. Fields that are not known are skipped.
 *
 * Throws `OtlpDecodeError` for bytes that are not protobuf and for attribute values nested too deep.
 */
export function decodeProtobuf(bytes: Uint8Array, strings: StringCache): DecodedSpans {
  const reader = new ProtoReader(bytes, strings)
  const sink: SpanSink = { spans: [], refused: new Map() }
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 10) readResourceSpans(reader, sink)
    else reader.skip(tag)
  }
  return sink
}

function readResourceSpans(reader: ProtoReader, sink: SpanSink): void {
  let resource = NO_RESOURCE
  // Fields may come in any order, so the spans wait until their resource is known.
  const scopeSpans: number[] = []
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 10) resource = readResource(reader)
    else if (tag === 18) scopeSpans.push(reader.mark())
    else reader.skip(tag)
  }
  for (const mark of scopeSpans) reader.visit(mark, () => readScopeSpans(reader, resource, sink))
  reader.leave(outer)
}

function readResource(reader: ProtoReader): Resource {
  let attributes: Map<string, AttributeValue> | undefined
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 10) attributes = readKeyValue(reader, attributes)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return attributes ? { attributes } : NO_RESOURCE
}

function readScopeSpans(reader: ProtoReader, resource: Resource, sink: SpanSink): void {
  let scope = NO_SCOPE
  const spans: number[] = []
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 10) scope = readScope(reader)
    else if (tag === 18) spans.push(reader.mark())
    else reader.skip(tag)
  }
  for (const mark of spans) reader.visit(mark, () => readSpan(reader, resource, scope, sink))
  reader.leave(outer)
}

function readScope(reader: ProtoReader): InstrumentationScope {
  let name = ''
  let version = ''
  let attributes: Map<string, AttributeValue> | undefined
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 10) name = reader.string()
    else if (tag === 18) version = reader.string()
    else if (tag === 26) attributes = readKeyValue(reader, attributes)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return { name, version, attributes: attributes ?? NO_ATTRIBUTES }
}
