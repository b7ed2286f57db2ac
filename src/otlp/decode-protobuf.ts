import type { InstrumentationScope, Resource, Span } from '../model/span.js'
import { NO_RESOURCE, NO_SCOPE, refuse, type DecodedSpans, type SpanSink } from './decoded-spans.js'
import { ProtoReader } from './proto-reader.js'
import { readResource, readScope } from './protobuf-shared.js'
import { readSpanFields } from './protobuf-span.js'
import { createStringCache } from './string-cache.js'

/**
 * The spans in the bytes of an OTLP `TracesData`, or of an `ExportTraceServiceRequest`, which is the same. Spans whose own,
 * or whose parent's, id is not one are left out and counted; fields that are not known are skipped.
 *
 * Throws `OtlpDecodeError` for bytes that are not protobuf and for attribute values nested too deep.
 */
export function decodeProtobuf(bytes: Uint8Array): DecodedSpans {
  const reader = new ProtoReader(bytes, createStringCache())
  const sink: SpanSink = { spans: [], refused: new Map() }
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === RESOURCE_SPANS) readResourceSpans(reader, sink)
    else reader.skip(tag)
  }
  return sink
}

/** Field number * 8 + wire type. */
const RESOURCE_SPANS = 10
const SHARED_PART = 10
const GROUP_ITEM = 18

function readResourceSpans(reader: ProtoReader, sink: SpanSink): void {
  let resource = NO_RESOURCE
  readGroup(reader, {
    shared: () => (resource = readResource(reader)),
    item: () => readScopeSpans(reader, resource, sink),
  })
}

function readScopeSpans(reader: ProtoReader, resource: Resource, sink: SpanSink): void {
  let scope = NO_SCOPE
  readGroup(reader, {
    shared: () => (scope = readScope(reader)),
    item: () => readSpan(reader, resource, scope, sink),
  })
}

function readSpan(
  reader: ProtoReader,
  resource: Resource,
  scope: InstrumentationScope,
  sink: SpanSink,
): void {
  const outer = reader.enter()
  const fields = readSpanFields(reader)
  reader.leave(outer)
  if (typeof fields === 'string') return refuse(sink.refused, fields)
  const span: Span = { ...fields, resource, scope }
  sink.spans.push(span)
}

/** Fields may come in any order, so the items wait until what they share is known. */
function readGroup(
  reader: ProtoReader,
  { shared, item }: { readonly shared: () => unknown; readonly item: () => void },
): void {
  const items: number[] = []
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === SHARED_PART) shared()
    else if (tag === GROUP_ITEM) items.push(reader.mark())
    else reader.skip(tag)
  }
  for (const mark of items) reader.visit(mark, item)
  reader.leave(outer)
}
