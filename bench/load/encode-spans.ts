import { createProtobufWriter, type ProtobufWriter } from '../../src/otlp/protobuf-writer.js'
import { resourceOf, type ShopSpan } from './shop.js'

type Attributes = ShopSpan['attributes']

const STATUS_ERROR = 2n

/** The bytes of an OTLP `ExportTraceServiceRequest` with these spans, those of one service together. */
export function encodeSpans(spans: readonly ShopSpan[]): Uint8Array {
  const writer = createProtobufWriter()
  for (const service of new Set(spans.map((span) => span.service))) {
    const own = spans.filter((span) => span.service === service)
    writer.message(1, () => {
      writer.message(1, () => writeAttributes(writer, 1, resourceOf(service)))
      writer.message(2, () => writeScopeSpans(writer, service, own))
    })
  }
  return writer.finish()
}

function writeScopeSpans(writer: ProtobufWriter, service: string, spans: readonly ShopSpan[]): void {
  writer.message(1, () => {
    writer.text(1, `io.opentelemetry.${service}`)
    writer.text(2, '2.8.0')
  })
  for (const span of spans) writer.message(2, () => writeSpan(writer, span))
}

function writeSpan(writer: ProtobufWriter, span: ShopSpan): void {
  writer.bytes(1, span.traceId)
  writer.bytes(2, span.spanId)
  if (span.parentSpanId !== undefined) writer.bytes(4, span.parentSpanId)
  writer.text(5, span.name)
  writer.varint(6, BigInt(span.kind))
  writer.fixed64(7, span.startTimeUnixNano)
  writer.fixed64(8, span.endTimeUnixNano)
  writeAttributes(writer, 9, span.attributes)
  if (span.failed) writer.message(15, () => writer.varint(3, STATUS_ERROR))
}

function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const [key, value] of attributes) {
    writer.message(field, () => {
      writer.text(1, key)
      writer.message(2, () => writeValue(writer, value))
    })
  }
}

function writeValue(writer: ProtobufWriter, value: string | number | boolean): void {
  if (typeof value === 'string') writer.text(1, value)
  else if (typeof value === 'boolean') writer.varint(2, value ? 1n : 0n)
  else if (Number.isInteger(value)) writer.varint(3, BigInt(value))
  else writer.double(4, value)
}
