import { OtlpDecodeError } from './otlp-decode-error.js'
import type { StringCache } from './string-cache.js'

const WIRE_VARINT = 0
const WIRE_FIXED64 = 1
const WIRE_BYTES = 2
const WIRE_GROUP_START = 3
const WIRE_GROUP_END = 4
const WIRE_FIXED32 = 5

const MAX_VARINT_BYTES = 10
const MAX_GROUP_DEPTH = 32
/** Nanoseconds, counts and enums below this need no second word. */
const TWO_TO_32 = 4_294_967_296

/**
 * Walks over protobuf bytes. It is a class, as its position moves with every read and this is the hot path.
 *
 * A message is read as `const outer = reader.enter()`, then `while (reader.more()) switch (reader.tag())`, then
 * `reader.leave(outer)`. No read passes the end of the message it is in: it throws `OtlpDecodeError` instead.
 */
export class ProtoReader {
  /** How many messages were entered so far. */
  messages = 0
  /** Where the bytes began that `mark` stepped over last. */
  contentStart = 0
  /** The byte that is read next. */
  position = 0
  private limit: number
  private readonly bytes: Buffer
  private readonly strings: StringCache
  private lastHexStart = -1
  private lastHex = ''
  /** The upper 32 bits of the varint read last. */
  private high = 0

  constructor(bytes: Uint8Array, strings: StringCache) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.strings = strings
    this.limit = bytes.byteLength
  }

  more(): boolean {
    return this.position < this.limit
  }

  /** Begins the nested message at hand; answers what `leave` needs to come back. */
  enter(): number {
    this.messages += 1
    const outer = this.limit
    this.limit = this.endOfBytes()
    return outer
  }

  leave(outer: number): void {
    this.limit = outer
  }

  /** The position of the nested message at hand, for `visit`, and steps over it. */
  mark(): number {
    const start = this.position
    this.position = this.endOfBytes()
    return start
  }

  /** Reads the nested message at a mark, then comes back. */
  visit(mark: number, read: () => void): void {
    const { position } = this
    this.position = mark
    read()
    this.position = position
  }

  /** Steps over the nested message or text at hand and answers its end; its beginning is in `contentStart`. */
  stepOver(): number {
    const end = this.endOfBytes()
    this.contentStart = this.position
    this.position = end
    return end
  }

  /** Reads what stands at `at`, within `end`, then comes back. Answers where it stopped. */
  readAt(at: number, end: number, read: (reader: ProtoReader) => void): number {
    const { position, limit } = this
    this.position = at
    this.limit = end
    try {
      read(this)
      return this.position
    } finally {
      this.position = position
      this.limit = limit
    }
  }

  /** Field number and wire type as on the wire: `number * 8 + wire type`. */
  tag(): number {
    const tag = this.varint()
    if (tag < 8 || this.high !== 0) throw this.error(`field number ${tag >>> 3}`, 'a field number from 1 on')
    return tag
  }

  string(): string {
    const end = this.endOfBytes()
    const text = this.strings.read(this.bytes, this.position, end)
    this.position = end
    return text
  }

  /** The text whose length is at `at`. It must be known to be whole. */
  stringAt(at: number): string {
    this.position = at
    this.limit = this.bytes.length
    return this.string()
  }

  /** A copy: the value outlives the request's bytes. */
  byteString(): Uint8Array {
    const end = this.endOfBytes()
    const copy = new Uint8Array(this.bytes.subarray(this.position, end))
    this.position = end
    return copy
  }

  /** The id as lower-case hex, empty for an empty id; undefined for an id that is not `byteLength` bytes long. */
  id(byteLength: number): string | undefined {
    const end = this.endOfBytes()
    const start = this.position
    this.position = end
    if (end === start) return ''
    if (end - start !== byteLength) return undefined
    if (this.isLastHex(start, byteLength)) return this.lastHex
    const hex = this.bytes.toString('hex', start, end)
    if (byteLength === 16) {
      this.lastHexStart = start
      this.lastHex = hex
    }
    return hex
  }

  /** Of an enum or a bool: the low 32 bits, unsigned. */
  uint32(): number {
    return this.varint()
  }

  int64(): bigint {
    const low = this.varint()
    return this.high === 0 ? BigInt(low) : BigInt.asIntN(64, (BigInt(this.high) << 32n) | BigInt(low))
  }

  fixed32(): number {
    return this.bytes.readUInt32LE(this.step(4))
  }

  fixed64(): bigint {
    return this.bytes.readBigUInt64LE(this.step(8))
  }

  double(): number {
    return this.bytes.readDoubleLE(this.step(8))
  }

  /** Steps over the value of a field that nobody reads. */
  skip(tag: number): void {
    switch (tag & 7) {
      case WIRE_VARINT:
        this.varint()
        return
      case WIRE_FIXED64:
        this.step(8)
        return
      case WIRE_BYTES:
        this.position = this.endOfBytes()
        return
      case WIRE_GROUP_START:
        this.skipGroup(tag)
        return
      case WIRE_FIXED32:
        this.step(4)
        return
      default:
        throw this.error(`wire type ${tag & 7} of field ${tag >>> 3}`, 'a wire type that protobuf has')
    }
  }

  /** An error that names the place: `found` at the reader's byte, where `expected` should be. */
  error(found: string, expected: string): OtlpDecodeError {
    return new OtlpDecodeError(
      `invalid protobuf at byte ${this.position}: found ${found}, expected ${expected}`,
    )
  }

  private skipGroup(tag: number): void {
    const open = [tag]
    while (open.length > 0) {
      const next = this.tag()
      if ((next & 7) === WIRE_GROUP_START) open.push(next)
      else if ((next & 7) !== WIRE_GROUP_END) this.skip(next)
      else if ((open.pop() ?? 0) >>> 3 !== next >>> 3)
        throw this.error(`end of group ${next >>> 3}`, 'another')
      if (open.length > MAX_GROUP_DEPTH) throw this.error('groups too deep', `at most ${MAX_GROUP_DEPTH}`)
    }
  }

  private isLastHex(start: number, length: number): boolean {
    if (length !== 16 || this.lastHexStart < 0) return false
    for (let offset = 0; offset < length; offset += 1) {
      if (this.bytes[start + offset] !== this.bytes[this.lastHexStart + offset]) return false
    }
    return true
  }

  private endOfBytes(): number {
    const length = this.varint()
    const room = this.limit - this.position
    if (this.high !== 0 || length > room) {
      throw this.error(
        `a length of ${length + this.high * TWO_TO_32} bytes`,
        `at most the ${room} that are left`,
      )
    }
    return this.position + length
  }

  /** Moves on by `length` and answers where it was. */
  private step(length: number): number {
    const start = this.position
    if (length > this.limit - start) throw this.error('the end of the message', `${length} more bytes`)
    this.position = start + length
    return start
  }

  /** The low 32 bits of the varint at hand; the others are in `high`. */
  private varint(): number {
    let low = 0
    let high = 0
    for (let index = 0; index < MAX_VARINT_BYTES; index += 1) {
      const byte = this.position < this.limit ? this.bytes[this.position] : undefined
      if (byte === undefined) throw this.error('the end of the message', 'the rest of a varint')
      this.position += 1
      const bits = byte & 0x7f
      if (index < 4) low |= bits << (index * 7)
      else if (index > 4) high |= bits << (index * 7 - 32)
      else {
        low |= bits << 28
        high = bits >>> 4
      }
      if (byte < 0x80) {
        this.high = high >>> 0
        return low >>> 0
      }
    }
    throw this.error('a varint of more than 10 bytes', 'its end')
  }
}
