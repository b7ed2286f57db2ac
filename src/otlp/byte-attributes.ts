import type { Attributes, AttributeValue } from '../model/attributes.js'
import { lengthBytes } from './protobuf-framing.js'
import { readKeyValue } from './protobuf-attributes.js'
import type { ProtoReader } from './proto-reader.js'
import type { SpanShape } from './span-shape.js'

const TAG = 74
// Of the kinds of value that are read at once.
const TEXT_TAG = 10
const BOOL_TAG = 16
const INT_TAG = 24
const DOUBLE_TAG = 33

/**
 * The attributes of a span, read from its bytes when they are asked for: one key is found without decoding the others.
 * The bytes must have been scanned as regular: a run of attributes, each a key of less than 128 bytes and its value.
 */
export class ByteAttributes implements Attributes {
  private decoded: Attributes | undefined

  /** @param start where the tag of the first attribute is, before `end`, the end of the span. */
  constructor(
    private reader: ProtoReader,
    private bytes: Buffer,
    private start: number,
    private end: number,
    /** Where it is known, it tells which keys there are, and where. */
    private shape: SpanShape | undefined,
  ) {}

  /** Makes it the attributes of another span, so that one object can look at many in turn. */
  moveTo(reader: ProtoReader, bytes: Buffer, start: number, end: number, shape: SpanShape | undefined): this {
    this.reader = reader
    this.bytes = bytes
    this.start = start
    this.end = end
    this.shape = shape
    this.decoded = undefined
    return this
  }

  get(key: string): AttributeValue | undefined {
    if (this.decoded !== undefined) return this.decoded.get(key)
    const at = this.locate(key)
    return at < 0 ? undefined : this.read(at)
  }

  has(key: string): boolean {
    return this.shape === undefined ? this.find(key) >= 0 : this.shape.positions.has(key)
  }

  get size(): number {
    return this.shape?.positions.size ?? this.all().size
  }

  entries() {
    return this.all().entries()
  }

  keys() {
    return (this.shape?.positions ?? this.all()).keys()
  }

  values() {
    return this.all().values()
  }

  [Symbol.iterator]() {
    return this.all()[Symbol.iterator]()
  }

  forEach(call: (value: AttributeValue, key: string, map: Attributes) => void): void {
    this.all().forEach(call)
  }

  /** Where the length of this key's attribute is; -1 where there is none. */
  private locate(key: string): number {
    if (this.shape === undefined) return this.find(key)
    const position = this.shape.positions.get(key)
    if (position === undefined) return -1
    const { bytes } = this
    let at = this.start + 1
    for (let passed = 0; passed < position; passed += 1) {
      const length = bytes[at] ?? 0
      at += length < 128 ? 2 + length : lengthBytes(bytes, at) + longLength(bytes, at) + 1
    }
    return at
  }

  /** The same by looking at each key: the last one's if there are several; -1 where there is none. */
  private find(key: string): number {
    const wanted = encodeKey(key)
    const { bytes, end } = this
    let found = -1
    let at = this.start
    while (at < end && bytes[at] === TAG) {
      const length = bytes[at + 1] ?? 0
      const content = length < 128 ? at + 2 : at + 1 + lengthBytes(bytes, at + 1)
      if (bytes[content + 1] === wanted.length && isSame(bytes, content + 2, wanted)) found = at + 1
      at = length < 128 ? content + length : content + longLength(bytes, at + 1)
    }
    return found
  }

  /** The value of the attribute whose length is at `at`: at once where it is short and of one piece. */
  private read(at: number): AttributeValue | undefined {
    const { bytes, reader } = this
    const keyAt = at + lengthBytes(bytes, at)
    const valueAt = keyAt + 3 + (bytes[keyAt + 1] ?? 0)
    const start = valueAt + lengthBytes(bytes, valueAt)
    switch (bytes[start] ?? 0) {
      case TEXT_TAG:
        return reader.stringAt(start + 1)
      case DOUBLE_TAG:
        return bytes.readDoubleLE(start + 1)
      case INT_TAG: {
        const [first = 0, second = 0] = [bytes[start + 1], bytes[start + 2]]
        if (first < 128) return BigInt(first)
        return second < 128 ? BigInt((first & 127) | (second << 7)) : this.decode(at)
      }
      case BOOL_TAG:
        return (bytes[start + 1] ?? 0) < 128 ? bytes[start + 1] !== 0 : this.decode(at)
      default:
        return this.decode(at)
    }
  }

  private decode(at: number): AttributeValue | undefined {
    let value: AttributeValue | undefined
    this.reader.readAt(at, this.end, (reader) => {
      for (const each of readKeyValue(reader, undefined)?.values() ?? []) value = each
    })
    return value
  }

  private all(): Attributes {
    if (this.decoded !== undefined) return this.decoded
    let attributes: Map<string, AttributeValue> | undefined
    let at = this.start
    while (at < this.end && this.bytes[at] === TAG) {
      at = this.reader.readAt(at + 1, this.end, (reader) => {
        attributes = readKeyValue(reader, attributes)
      })
    }
    this.decoded = attributes ?? new Map<string, AttributeValue>()
    return this.decoded
  }
}

/** Backwards, as keys differ at their ends: `http.request.method`, `http.request.size`. */
function isSame(bytes: Buffer, at: number, wanted: Uint8Array): boolean {
  for (let index = wanted.length - 1; index >= 0; index -= 1) {
    if (bytes[at + index] !== wanted[index]) return false
  }
  return true
}

function longLength(bytes: Buffer, at: number): number {
  let length = 0
  for (let index = 0; ; index += 1) {
    const byte = bytes[at + index] ?? 0
    length |= (byte & 127) << (7 * index)
    if (byte < 128) return length
  }
}

/** The keys that queries name, as bytes; few, and forgotten when there are many. */
const encodedKeys = new Map<string, Uint8Array>()
const MOST_KEYS = 4096

function encodeKey(key: string): Uint8Array {
  const known = encodedKeys.get(key)
  if (known !== undefined) return known
  if (encodedKeys.size >= MOST_KEYS) encodedKeys.clear()
  const encoded = new TextEncoder().encode(key)
  encodedKeys.set(key, encoded)
  return encoded
}
