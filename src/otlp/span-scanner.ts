import { SPAN_KINDS, STATUS_CODES } from '../model/span.js'
import type { RefusalReason } from './decoded-spans.js'
import { endOfValue, lengthBytes } from './protobuf-framing.js'
import { readKeyValue } from './protobuf-attributes.js'
import { readEvent, readLink, readSpanFields, type SpanFields } from './protobuf-span.js'
import type { ProtoReader } from './proto-reader.js'

/** Attributes, events and links of one span. SDKs keep 128 of each; millions of empty ones would fill the memory of who reads them. */
const MAX_ITEMS = 65_536
/** Of small ones fewer are taken, as each takes a hundred bytes in memory once it is read. */
const MAX_SMALL_ITEMS = 1024
const SMALL_ITEM_BYTES = 16
/** An event and a link may satisfy a query together: all pairs are looked at. */
const MAX_PAIRS = 1_000_000
/** Spans with more attributes are read byte by byte. */
const MOST_KEYS = 64

/** What a span holds beyond what scanning finds out; bits, as they are kept in four bytes beside it. */
export const SPAN_FLAG = {
  /** Encoded in a way that only decoding the whole span can read. */
  irregular: 1,
  statusMessage: 2,
  events: 4,
  links: 8,
} as const

/**
 * Finds what a span is looked up and filtered by, and checks the rest, without decoding it: a tenth of the work, done for
 * spans that mostly nobody asks for again. Ids and times are 32-bit words, as they are compared and copied here and never
 * computed with. It is a class whose fields are the answer, as this is the hot path.
 *
 * Encoders write a span's fields in one order and without detours; what is written otherwise is decoded to be scanned, so
 * that the two never disagree.
 */
export class SpanScanner {
  /** The id, big-endian. */
  readonly traceId = new Int32Array(4)
  spanIdHigh = 0
  spanIdLow = 0
  /** Both zero for a root. */
  parentIdHigh = 0
  parentIdLow = 0
  startHigh = 0
  startLow = 0
  endHigh = 0
  endLow = 0
  /** Indices of `SPAN_KINDS` and `STATUS_CODES`. */
  kind = 0
  status = 0
  /** Of `SPAN_FLAG`. */
  flags = 0
  /** Where the length of the name is; -1 where there is none. */
  nameAt = -1
  /** Where the first of the attributes is, which follow each other; -1 where there are none. */
  attributesAt = -1
  /** Where the lengths of the attributes' keys are, of the first so many attributes. */
  readonly keys = new Int32Array(MOST_KEYS)
  keyCount = 0
  /** Why the span cannot be kept. */
  problem: RefusalReason | undefined
  private items = 0
  private eventCount = 0
  private linkCount = 0
  /** Where the value that was scanned last ended. */
  private next = 0

  constructor(
    private readonly reader: ProtoReader,
    /** Of the bytes of the reader. */
    private readonly view: DataView,
  ) {}

  /** Whether its name and the keys of all its attributes have been seen. */
  get hasShape(): boolean {
    return (this.flags & SPAN_FLAG.irregular) === 0 && this.keyCount <= MOST_KEYS
  }

  /** Scans the span in `bytes`, those of the reader, from `start` to `end`. Throws `OtlpDecodeError`. */
  scan(bytes: Buffer, start: number, end: number): void {
    this.clear()
    if (!this.scanRegular(bytes, start, end)) this.decode(start, end)
    this.problem ??= this.findProblem(end - start)
  }

  private clear(): void {
    this.traceId.fill(0)
    this.spanIdHigh = this.spanIdLow = this.parentIdHigh = this.parentIdLow = 0
    this.startHigh = this.startLow = this.endHigh = this.endLow = 0
    this.kind = this.status = this.flags = this.items = this.keyCount = 0
    this.eventCount = this.linkCount = 0
    this.nameAt = this.attributesAt = -1
    this.problem = undefined
  }

  private findProblem(length: number): RefusalReason | undefined {
    const { traceId } = this
    if (((traceId[0] ?? 0) | (traceId[1] ?? 0) | (traceId[2] ?? 0) | (traceId[3] ?? 0)) === 0)
      return 'invalid_trace_id'
    if ((this.spanIdHigh | this.spanIdLow) === 0) return 'invalid_span_id'
    return this.hasTooManyItems(length) ? 'too_many_items' : undefined
  }

  private hasTooManyItems(length: number): boolean {
    const { items } = this
    if (items > MAX_ITEMS || this.eventCount * this.linkCount > MAX_PAIRS) return true
    return items > MAX_SMALL_ITEMS && items * SMALL_ITEM_BYTES > length
  }

  /** The numbers are tags as on the wire, as in `readSpanFields`. False for a span that must be decoded to be understood. */
  private scanRegular(bytes: Buffer, start: number, end: number): boolean {
    const { view } = this
    let at = start
    let attributesEnd = -1
    while (at < end) {
      const tag = bytes[at] ?? 0
      at += 1
      switch (tag) {
        case 10:
          if (bytes[at] !== 16 || at + 17 > end) return false
          this.traceId[0] = view.getInt32(at + 1)
          this.traceId[1] = view.getInt32(at + 5)
          this.traceId[2] = view.getInt32(at + 9)
          this.traceId[3] = view.getInt32(at + 13)
          at += 17
          break
        case 18:
          if (bytes[at] !== 8 || at + 9 > end) return false
          this.spanIdHigh = view.getInt32(at + 1)
          this.spanIdLow = view.getInt32(at + 5)
          at += 9
          break
        case 34:
          if (bytes[at] !== 8 || at + 9 > end) return false
          this.parentIdHigh = view.getInt32(at + 1)
          this.parentIdLow = view.getInt32(at + 5)
          at += 9
          break
        case 42:
          this.nameAt = at
          at = endOfValue(bytes, at, end)
          break
        case 48:
          this.kind = bytes[at] ?? 0
          if (this.kind >= SPAN_KINDS.length) return false
          at += 1
          break
        case 57:
          if (at + 8 > end) return false
          this.startLow = view.getInt32(at, true)
          this.startHigh = view.getInt32(at + 4, true)
          at += 8
          break
        case 65:
          if (at + 8 > end) return false
          this.endLow = view.getInt32(at, true)
          this.endHigh = view.getInt32(at + 4, true)
          at += 8
          break
        case 74:
          // Before everything else they would stand at nothing, which means that there are none.
          if (at - 1 === start) return false
          if (this.attributesAt < 0) this.attributesAt = at - 1
          else if (attributesEnd !== at - 1) return false
          if (!this.scanAttribute(bytes, at, end)) return false
          at = attributesEnd = this.next
          break
        case 90:
          this.flags |= SPAN_FLAG.events
          this.eventCount += 1
          at = this.checkItem(at, end, readEvent)
          break
        case 106:
          this.flags |= SPAN_FLAG.links
          this.linkCount += 1
          at = this.checkItem(at, end, readLink)
          break
        case 122:
          if (!this.scanStatus(bytes, at, end)) return false
          at = this.next
          break
        case 133:
          if (bytes[at] !== 1) return false
          at += 5
          break
        case 26:
          at = endOfValue(bytes, at, end)
          break
        // The counts of what was dropped.
        case 80:
        case 96:
        case 112:
          at = endOfVarint(bytes, at)
          break
        default:
          return false
      }
      if (at < 0 || at > end) return false
    }
    return true
  }

  /** A key of less than 128 bytes, then a value that is one field and nothing else. */
  private scanAttribute(bytes: Buffer, at: number, end: number): boolean {
    this.items += 1
    const attributeEnd = endOfValue(bytes, at, end)
    if (attributeEnd < 0) return false
    const keyAt = (bytes[at] ?? 0) < 128 ? at + 1 : at + lengthBytes(bytes, at)
    const keyLength = bytes[keyAt + 1] ?? 128
    const valueAt = keyAt + 2 + keyLength
    if (bytes[keyAt] !== 10 || keyLength > 127 || valueAt >= attributeEnd || bytes[valueAt] !== 18)
      return false
    if (endOfValue(bytes, valueAt + 1, attributeEnd) !== attributeEnd) return false
    if (this.keyCount < MOST_KEYS) this.keys[this.keyCount] = keyAt + 1
    this.keyCount += 1
    this.next = attributeEnd
    const start = valueAt + 1 + lengthBytes(bytes, valueAt + 1)
    return isSimpleValue(bytes, start, attributeEnd) || this.checkNestedValue(bytes, at, start)
  }

  /** A list or a map is decoded once to see that it can be. */
  private checkNestedValue(bytes: Buffer, at: number, start: number): boolean {
    const tag = bytes[start]
    if (tag !== 42 && tag !== 50) return false
    if (endOfValue(bytes, start + 1, this.next) !== this.next) return false
    this.checkItem(at, this.next, (reader) => void readKeyValue(reader, undefined))
    return true
  }

  private checkItem(at: number, end: number, read: (reader: ProtoReader) => void): number {
    const { reader } = this
    const before = reader.messages
    const next = reader.readAt(at, end, read)
    this.items += reader.messages - before
    return next
  }

  private scanStatus(bytes: Buffer, at: number, end: number): boolean {
    const statusEnd = endOfValue(bytes, at, end)
    if (statusEnd < 0) return false
    this.next = statusEnd
    let field = at + lengthBytes(bytes, at)
    this.status = 0
    this.flags &= ~SPAN_FLAG.statusMessage
    while (field < statusEnd) {
      const tag = bytes[field]
      if (tag === 24) {
        this.status = bytes[field + 1] ?? 0
        if (this.status >= STATUS_CODES.length) return false
        field += 2
      } else if (tag === 18) {
        this.flags |= SPAN_FLAG.statusMessage
        field = endOfValue(bytes, field + 1, statusEnd)
        if (field < 0) return false
      } else return false
    }
    return field === statusEnd
  }

  private decode(start: number, end: number): void {
    this.clear()
    this.flags = SPAN_FLAG.irregular
    const { reader } = this
    const before = reader.messages
    let span: SpanFields | RefusalReason = 'invalid_trace_id'
    reader.readAt(start, end, () => (span = readSpanFields(reader)))
    this.items = reader.messages - before
    this.take(span)
  }

  private take(span: SpanFields | RefusalReason): void {
    if (typeof span === 'string') {
      this.problem = span
      return
    }
    for (let word = 0; word < 4; word += 1) this.traceId[word] = hexWord(span.traceId, word)
    this.spanIdHigh = hexWord(span.spanId, 0)
    this.spanIdLow = hexWord(span.spanId, 1)
    if (span.parentSpanId !== undefined) {
      this.parentIdHigh = hexWord(span.parentSpanId, 0)
      this.parentIdLow = hexWord(span.parentSpanId, 1)
    }
    this.eventCount = span.events.length
    this.linkCount = span.links.length
    this.startHigh = Number(span.startTimeUnixNano >> 32n) | 0
    this.startLow = Number(span.startTimeUnixNano & 0xffffffffn) | 0
    this.endHigh = Number(span.endTimeUnixNano >> 32n) | 0
    this.endLow = Number(span.endTimeUnixNano & 0xffffffffn) | 0
    this.kind = SPAN_KINDS.indexOf(span.kind)
    this.status = STATUS_CODES.indexOf(span.status.code)
  }
}

/** A text, a bool, an int, a double or bytes that fills what is there. */
function isSimpleValue(bytes: Buffer, start: number, end: number): boolean {
  switch (bytes[start] ?? 0) {
    case 10:
    case 58:
      return endOfValue(bytes, start + 1, end) === end
    case 16:
    case 24:
      return isVarint(bytes, start + 1, end)
    case 33:
      return start + 9 === end
    default:
      return false
  }
}

function isVarint(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > 10) return false
  for (let at = start; at < end - 1; at += 1) if ((bytes[at] ?? 0) < 128) return false
  return start < end && (bytes[end - 1] ?? 0) < 128
}

/** -1 for a varint that is longer than a number of 64 bits. */
function endOfVarint(bytes: Buffer, start: number): number {
  for (let at = start; at < start + 10; at += 1) if ((bytes[at] ?? 0) < 128) return at + 1
  return -1
}

/** One of the 32-bit words of an id in hex. */
export function hexWord(hex: string, word: number): number {
  return Number.parseInt(hex.slice(word * 8, word * 8 + 8), 16) | 0
}
