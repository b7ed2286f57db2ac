import type { Attributes, AttributeValue } from '../model/attributes.js'
import {
  SPAN_KINDS,
  STATUS_CODES,
  type InstrumentationScope,
  type Span,
  type SpanEvent,
  type SpanLink,
  type SpanStatus,
} from '../model/span.js'
import { groupByResource } from './group-spans.js'
import { createProtobufWriter, type ProtobufWriter } from './protobuf-writer.js'

// The numbers are those of the fields in opentelemetry/proto/{trace,resource,common}/v1, and in Tempo's `Trace` and
// `TraceByIDResponse` around them. Fields with their default value are absent.

/** Spans as Tempo's protobuf `Trace`, whose bytes are those of an OTLP `TracesData` as well. */
export function encodeTraceProtobuf(spans: readonly Span[]): Buffer {
  const writer = createProtobufWriter()
  writeTrace(writer, spans)
  return writer.finish()
}

/** Spans as Tempo's protobuf `TraceByIDResponse`; `partial` says why some are not there. */
export function encodeTraceResponseProtobuf(spans: readonly Span[], partial?: string): Buffer {
  const writer = createProtobufWriter()
  writer.message(1, () => writeTrace(writer, spans))
  writer.message(2, () => undefined)
  if (partial !== undefined) {
    writer.varint(3, 1n)
    writer.text(4, partial)
  }
  return writer.finish()
}

function writeTrace(writer: ProtobufWriter, spans: readonly Span[]): void {
  for (const { resource, scopes } of groupByResource(spans)) {
    writer.message(1, () => {
      writer.message(1, () => writeAttributes(writer, 1, resource.attributes))
      for (const { scope, spans: inScope } of scopes) {
        writer.message(2, () => {
          writer.message(1, () => writeScope(writer, scope))
          for (const span of inScope) writer.message(2, () => writeSpan(writer, span))
        })
      }
    })
  }
}

function writeScope(writer: ProtobufWriter, { name, version, attributes }: InstrumentationScope): void {
  writeText(writer, 1, name)
  writeText(writer, 2, version)
  writeAttributes(writer, 3, attributes)
}

function writeSpan(writer: ProtobufWriter, span: Span): void {
  writeId(writer, 1, span.traceId)
  writeId(writer, 2, span.spanId)
  writeText(writer, 3, span.traceState)
  if (span.parentSpanId !== undefined) writeId(writer, 4, span.parentSpanId)
  writeText(writer, 5, span.name)
  writeEnum(writer, 6, SPAN_KINDS.indexOf(span.kind))
  writeNanos(writer, 7, span.startTimeUnixNano)
  writeNanos(writer, 8, span.endTimeUnixNano)
  writeAttributes(writer, 9, span.attributes)
  for (const event of span.events) writer.message(11, () => writeEvent(writer, event))
  for (const link of span.links) writer.message(13, () => writeLink(writer, link))
  writer.message(15, () => writeStatus(writer, span.status))
  if (span.flags !== 0) writer.fixed32(16, span.flags)
}

function writeEvent(writer: ProtobufWriter, { timeUnixNano, name, attributes }: SpanEvent): void {
  writeNanos(writer, 1, timeUnixNano)
  writeText(writer, 2, name)
  writeAttributes(writer, 3, attributes)
}

function writeLink(writer: ProtobufWriter, { traceId, spanId, traceState, attributes }: SpanLink): void {
  writeId(writer, 1, traceId)
  writeId(writer, 2, spanId)
  writeText(writer, 3, traceState)
  writeAttributes(writer, 4, attributes)
}

function writeStatus(writer: ProtobufWriter, { code, message }: SpanStatus): void {
  writeText(writer, 2, message)
  writeEnum(writer, 3, STATUS_CODES.indexOf(code))
}

function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const [key, value] of attributes) {
    writer.message(field, () => {
      writeText(writer, 1, key)
      writer.message(2, () => writeValue(writer, value))
    })
  }
}

/** Of an `AnyValue` the field itself says the type, so that a default value is written too. */
function writeValue(writer: ProtobufWriter, value: AttributeValue): void {
  if (typeof value === 'string') writer.text(1, value)
  else if (typeof value === 'boolean') writer.varint(2, value ? 1n : 0n)
  else if (typeof value === 'bigint') writer.varint(3, value)
  else if (typeof value === 'number') writer.double(4, value)
  else if (value instanceof Uint8Array) writer.bytes(7, value)
  else if (isList(value)) writer.message(5, () => writeList(writer, value))
  else writer.message(6, () => writeAttributes(writer, 1, value))
}

function writeList(writer: ProtobufWriter, values: readonly AttributeValue[]): void {
  for (const value of values) writer.message(1, () => writeValue(writer, value))
}

function isList(value: readonly AttributeValue[] | Attributes): value is readonly AttributeValue[] {
  return Array.isArray(value)
}

function writeText(writer: ProtobufWriter, field: number, value: string): void {
  if (value !== '') writer.text(field, value)
}

function writeId(writer: ProtobufWriter, field: number, hex: string): void {
  writer.bytes(field, Buffer.from(hex, 'hex'))
}

function writeEnum(writer: ProtobufWriter, field: number, number: number): void {
  if (number > 0) writer.varint(field, BigInt(number))
}

function writeNanos(writer: ProtobufWriter, field: number, nanos: bigint): void {
  if (nanos !== 0n) writer.fixed64(field, nanos)
}
