import type { SpanLayout } from '../model/trace-glance.js'
import type { SpanScanner } from './span-scanner.js'
import type { StringCache } from './string-cache.js'

/** What many spans have in common: their name, and the keys of their attributes in order. */
export class SpanShape implements SpanLayout {
  /** What a shape with its name and keys takes in memory, in bytes. */
  readonly bytes: number
  /** Who gave it a number last, and which: holders number the shapes of their own spans. */
  holder: object | undefined
  number = 0

  /**
   * @param signature name and keys as bytes, each behind its length.
   * @param positions of each key the place of its attribute, from 0; of a key that comes twice the last one.
   */
  constructor(
    readonly name: string,
    readonly signature: DataView,
    readonly positions: ReadonlyMap<string, number>,
  ) {
    this.bytes = SHAPE_BYTES + 3 * signature.byteLength + KEY_BYTES * positions.size
  }

  has(key: string): boolean {
    return this.positions.has(key)
  }
}

const SHAPE_BYTES = 400
const KEY_BYTES = 48

/** Finds the shape of a span that was scanned, the same object for the same shape as long as it is not forgotten. */
export interface SpanShapes {
  /**
   * Undefined for a span that is like no other: it must be read byte by byte.
   *
   * @param view of the same bytes.
   */
  find(scanned: SpanScanner, bytes: Buffer, view: DataView): SpanShape | undefined
}

const SLOTS = 4096
const LONGEST_NAME = 127

/** Each shape has one slot, which the latest of that hash owns: so no input can make it grow, or slow. */
export function createSpanShapes(strings: StringCache): SpanShapes {
  const slots: (SpanShape | undefined)[] = Array.from({ length: SLOTS }, () => undefined)
  return {
    find: (scanned, bytes, view) => {
      if (!scanned.hasShape) return undefined
      const nameLength = scanned.nameAt < 0 ? 0 : (bytes[scanned.nameAt] ?? 0)
      if (nameLength > LONGEST_NAME) return undefined
      const slot = hash(scanned, bytes, nameLength) & (SLOTS - 1)
      const known = slots[slot]
      if (known !== undefined && matches(known.signature, scanned, view, nameLength)) return known
      const shape = createShape(scanned, bytes, nameLength, strings)
      slots[slot] = shape
      return shape
    },
  }
}

function createShape(
  { nameAt, keys, keyCount }: SpanScanner,
  bytes: Buffer,
  nameLength: number,
  strings: StringCache,
): SpanShape {
  const parts = [Buffer.of(nameLength), bytes.subarray(nameAt + 1, nameAt + 1 + nameLength)]
  const positions = new Map<string, number>()
  for (let key = 0; key < keyCount; key += 1) {
    const at = keys[key] ?? 0
    const end = at + 1 + (bytes[at] ?? 0)
    parts.push(bytes.subarray(at, end))
    positions.set(strings.read(bytes, at + 1, end), key)
  }
  const name = strings.read(bytes, nameAt + 1, nameAt + 1 + nameLength)
  return new SpanShape(name, viewOf(new Uint8Array(Buffer.concat(parts))), positions)
}

/** A view of bytes, by which four of them are read at once. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

function matches(signature: DataView, scanned: SpanScanner, view: DataView, nameLength: number): boolean {
  const { nameAt, keys, keyCount } = scanned
  if (1 + nameLength > signature.byteLength || signature.getUint8(0) !== nameLength) return false
  if (!isSame(signature, 1, view, nameAt + 1, nameLength)) return false
  let at = 1 + nameLength
  for (let key = 0; key < keyCount; key += 1) {
    const keyAt = keys[key] ?? 0
    const length = 1 + view.getUint8(keyAt)
    if (at + length > signature.byteLength || !isSame(signature, at, view, keyAt, length)) return false
    at += length
  }
  return at === signature.byteLength
}

/** Four bytes at a time; the last four may be compared in part once more. */
function isSame(left: DataView, leftAt: number, right: DataView, rightAt: number, length: number): boolean {
  if (length < 4) return isSameShort(left, leftAt, right, rightAt, length)
  for (let index = 0; index < length - 4; index += 4) {
    if (left.getInt32(leftAt + index) !== right.getInt32(rightAt + index)) return false
  }
  return left.getInt32(leftAt + length - 4) === right.getInt32(rightAt + length - 4)
}

function isSameShort(
  left: DataView,
  leftAt: number,
  right: DataView,
  rightAt: number,
  length: number,
): boolean {
  for (let index = 0; index < length; index += 1) {
    if (left.getUint8(leftAt + index) !== right.getUint8(rightAt + index)) return false
  }
  return true
}

/** Of the lengths, and of the ends of name and keys. */
function hash({ nameAt, keys, keyCount }: SpanScanner, bytes: Buffer, nameLength: number): number {
  let value = Math.imul(nameLength + 1, 0x9e3779b1)
  const nameEnd = nameAt + 1 + nameLength
  for (let at = Math.max(nameAt + 1, nameEnd - 8); at < nameEnd; at += 1) {
    value = Math.imul(value ^ (bytes[at] ?? 0), 0x01000193)
  }
  for (let key = 0; key < keyCount; key += 1) {
    const at = keys[key] ?? 0
    const length = bytes[at] ?? 0
    value = Math.imul(value ^ (length | ((bytes[at + length] ?? 0) << 8)), 0x9e3779b1)
    value ^= value >>> 13
  }
  return (value ^ (value >>> 16)) >>> 0
}
