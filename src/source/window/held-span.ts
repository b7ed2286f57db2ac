import type { Attributes } from '../../model/attributes.js'
import {
  SPAN_KINDS,
  STATUS_CODES,
  type InstrumentationScope,
  type Resource,
  type Span,
  type SpanEvent,
  type SpanKind,
  type SpanLink,
  type SpanStatus,
} from '../../model/span.js'
import type { TraceId } from '../../model/trace-id.js'
import { ByteAttributes } from '../../otlp/byte-attributes.js'
import {
  NO_ATTRIBUTES,
  NO_EVENTS,
  NO_LINKS,
  NO_RESOURCE,
  NO_SCOPE,
  toStatus,
} from '../../otlp/decoded-spans.js'
import { ProtoReader } from '../../otlp/proto-reader.js'
import { readSpanFields, type SpanFields } from '../../otlp/protobuf-span.js'
import { SPAN_FLAG } from '../../otlp/span-scanner.js'
import type { SpanShape } from '../../otlp/span-shape.js'
import { createStringCache } from '../../otlp/string-cache.js'
import { ROW_WORDS, WORD } from './row.js'
import type { Segment } from './segment.js'

const STRINGS = createStringCache()
/** One for each segment that is being read. */
const readers = new WeakMap<Buffer, ProtoReader>()

/**
 * A span in the window, read from its row and its bytes as it is asked for. What is decoded is kept for as long as this
 * object is, which the window does not hold.
 */
export class HeldSpan implements Span {
  private base = 0
  private foundName: string | undefined
  private foundAttributes: Attributes | undefined
  private decoded: SpanFields | undefined
  /** Attributes of a span that it was before, for those of the next one. */
  private spare: ByteAttributes | undefined

  /** @param trace tells the id of its trace. */
  constructor(
    private trace: { readonly traceId: TraceId },
    private segment: Segment,
    private index: number,
  ) {
    this.base = index * ROW_WORDS
  }

  /** Makes it another span, so that one object can look at many in turn. */
  moveTo(segment: Segment, index: number): void {
    this.segment = segment
    this.index = index
    this.base = index * ROW_WORDS
    if (this.foundAttributes instanceof ByteAttributes) this.spare = this.foundAttributes
    this.foundName = undefined
    this.foundAttributes = undefined
    this.decoded = undefined
  }

  /** Tells which trace the spans are of that it is moved to. */
  setTrace(trace: { readonly traceId: TraceId }): void {
    this.trace = trace
  }

  get traceId(): TraceId {
    return this.trace.traceId
  }

  get spanId(): string {
    return toHex(this.word(WORD.spanIdHigh), this.word(WORD.spanIdLow))
  }

  get parentSpanId(): string | undefined {
    const high = this.word(WORD.parentIdHigh)
    const low = this.word(WORD.parentIdLow)
    return (high | low) === 0 ? undefined : toHex(high, low)
  }

  get startTimeUnixNano(): bigint {
    return this.segment.start(this.index)
  }

  get endTimeUnixNano(): bigint {
    return this.segment.end(this.index)
  }

  get kind(): SpanKind {
    return SPAN_KINDS[this.word(WORD.kindStatusFlagsShape) & 0xf] ?? 'unspecified'
  }

  get status(): SpanStatus {
    const code = STATUS_CODES[(this.word(WORD.kindStatusFlagsShape) >>> 4) & 0xf] ?? 'unset'
    return this.has(SPAN_FLAG.statusMessage | SPAN_FLAG.irregular) ? this.decode().status : toStatus(code, '')
  }

  get name(): string {
    this.foundName ??= this.readName()
    return this.foundName
  }

  get attributes(): Attributes {
    this.foundAttributes ??= this.readAttributes()
    return this.foundAttributes
  }

  get events(): readonly SpanEvent[] {
    return this.has(SPAN_FLAG.events | SPAN_FLAG.irregular) ? this.decode().events : NO_EVENTS
  }

  get links(): readonly SpanLink[] {
    return this.has(SPAN_FLAG.links | SPAN_FLAG.irregular) ? this.decode().links : NO_LINKS
  }

  get traceState(): string {
    return this.decode().traceState
  }

  get flags(): number {
    return this.decode().flags
  }

  get resource(): Resource {
    return this.segment.groups[this.word(WORD.group)]?.resource.value ?? NO_RESOURCE
  }

  get scope(): InstrumentationScope {
    return this.segment.groups[this.word(WORD.group)]?.scope.value ?? NO_SCOPE
  }

  /** Undefined for a span that is like no other. */
  private get shape(): SpanShape | undefined {
    return this.segment.shapes[this.word(WORD.kindStatusFlagsShape) >>> 16]
  }

  private word(word: number): number {
    return this.segment.rows[this.base + word] ?? 0
  }

  private has(flag: number): boolean {
    return ((this.word(WORD.kindStatusFlagsShape) >>> 8) & flag) !== 0
  }

  private get endOfBytes(): number {
    return this.word(WORD.offset) + this.word(WORD.length)
  }

  private readName(): string {
    const { shape } = this
    if (shape !== undefined) return shape.name
    if (this.has(SPAN_FLAG.irregular)) return this.decode().name
    const at = this.word(WORD.nameAttributes) & 0xffff
    if (at === 0) return ''
    return readerOf(this.segment).stringAt(this.word(WORD.offset) + at)
  }

  private readAttributes(): Attributes {
    if (this.has(SPAN_FLAG.irregular)) return this.decode().attributes
    const { segment } = this
    const at = this.word(WORD.nameAttributes) >>> 16
    if (at === 0) return NO_ATTRIBUTES
    const start = this.word(WORD.offset) + at
    const reader = readerOf(segment)
    const { spare, shape, endOfBytes } = this
    return spare === undefined
      ? new ByteAttributes(reader, segment.bytes, start, endOfBytes, shape)
      : spare.moveTo(reader, segment.bytes, start, endOfBytes, shape)
  }

  private decode(): SpanFields {
    if (this.decoded !== undefined) return this.decoded
    let span: SpanFields | string = ''
    readerOf(this.segment).readAt(this.word(WORD.offset), this.endOfBytes, (reader) => {
      span = readSpanFields(reader)
    })
    if (typeof span === 'string') throw new Error('a span in the window cannot be decoded')
    this.decoded = span
    return span
  }
}

function readerOf({ bytes }: Segment): ProtoReader {
  const known = readers.get(bytes)
  if (known !== undefined) return known
  const reader = new ProtoReader(bytes, STRINGS)
  readers.set(bytes, reader)
  return reader
}

/** Four digits for each 16 bits, made when they are first needed: ids are asked for by the million. */
const HEX: string[] = []

function toHex(high: number, low: number): string {
  if (HEX.length === 0)
    for (let bits = 0; bits <= 0xffff; bits += 1) HEX.push(bits.toString(16).padStart(4, '0'))
  return `${HEX[high >>> 16]}${HEX[high & 0xffff]}${HEX[low >>> 16]}${HEX[low & 0xffff]}`
}
