import type { Timestamp } from '../../model/time.js'
import type { SpanShape } from '../../otlp/span-shape.js'
import { MOST_ROWS, ROW_BYTES, ROW_WORDS, WORD } from './row.js'
import type { ScannedRequest } from './scanned-request.js'
import type { SpanGroup } from './span-group.js'
import type { TraceRef } from './trace-rows.js'

const GROUP_BYTES = 40
const SEGMENT_BYTES = 600
const MOST_SHAPES = 4096
const SHAPE_PLACE_BYTES = 8
/** Less of it is not worth copying the rest. */
const MOST_WASTE = 1 / 16

/**
 * A stretch of what was received, in the order of arrival: the bytes of requests, and a row for each of their spans. It
 * grows at its end, and leaves the window as a whole. It is a class, as this is the hot path.
 */
export class Segment {
  bytes: Buffer
  used = 0
  rowCount = 0
  readonly groups: SpanGroup[] = []
  /** The traces that began here, which leave with it. */
  readonly traces: TraceRef[] = []
  /** The shapes of its spans, by their numbers, which begin at 1. */
  readonly shapes: (SpanShape | undefined)[] = [undefined]
  private shapeBytes = 0
  latestArrival: Timestamp
  rows: Int32Array<ArrayBuffer>
  private times: BigUint64Array

  /**
   * @param firstRow how many rows were taken before it, in all segments.
   * @param capacity for so many bytes there will be room, and at first for so many rows.
   */
  constructor(
    readonly place: number,
    readonly firstRow: number,
    readonly openedAt: Timestamp,
    capacity: { readonly bytes: number; readonly rows: number },
  ) {
    this.latestArrival = openedAt
    this.bytes = Buffer.allocUnsafeSlow(capacity.bytes)
    this.rows = new Int32Array(capacity.rows * ROW_WORDS)
    this.times = new BigUint64Array(this.rows.buffer)
  }

  /** The memory it takes, in bytes, without the parts and traces. */
  get size(): number {
    const listBytes = this.groups.length * GROUP_BYTES + this.shapeBytes
    return SEGMENT_BYTES + this.bytes.length + this.rows.byteLength + listBytes
  }

  get room(): number {
    return this.bytes.length - this.used
  }

  /** Takes a row of a request whose bytes and groups will be appended; answers its index. */
  take(request: ScannedRequest, row: number): number {
    const index = this.rowCount
    const base = index * ROW_WORDS
    if (base + ROW_WORDS > this.rows.length) this.enlarge()
    const from = row * ROW_WORDS
    for (let word = 0; word < ROW_WORDS; word += 1) this.rows[base + word] = request.rows[from + word] ?? 0
    this.rows[base + WORD.offset] = (this.rows[base + WORD.offset] ?? 0) + this.used
    this.rows[base + WORD.group] = (this.rows[base + WORD.group] ?? 0) + this.groups.length
    const shape = request.shapes[row]
    if (shape !== undefined) {
      const word = base + WORD.kindStatusFlagsShape
      this.rows[word] = (this.rows[word] ?? 0) | (this.numberOf(shape) << 16)
    }
    this.rowCount += 1
    return index
  }

  /** Takes the bytes and the groups of a request, of which rows were taken. */
  append(bytes: Buffer, groups: readonly SpanGroup[], now: Timestamp): void {
    bytes.copy(this.bytes, this.used)
    this.used += bytes.length
    for (const group of groups) this.groups.push(group)
    this.latestArrival = now
  }

  /** Gives back the memory that is not in use: nothing will be added. */
  close(): void {
    if (this.room > this.used * MOST_WASTE) this.bytes = copyOf(this.bytes.subarray(0, this.used))
    if (this.rowCount * ROW_BYTES < this.rows.byteLength)
      this.setRows(this.rows.slice(0, this.rowCount * ROW_WORDS))
  }

  /** Lets go of what would keep it in memory once it has left the window. */
  leave(): void {
    for (const shape of this.shapes) if (shape?.holder === this) shape.holder = undefined
  }

  start(index: number): bigint {
    return this.times[(index * ROW_WORDS + WORD.start) >>> 1] ?? 0n
  }

  end(index: number): bigint {
    return this.times[(index * ROW_WORDS + WORD.end) >>> 1] ?? 0n
  }

  /** How long before `now` the span ended, in milliseconds; negative where it ended later. */
  ageMs(index: number, now: Timestamp): number {
    const base = index * ROW_WORDS + WORD.end
    return now - (((this.rows[base + 1] ?? 0) >>> 0) * 2 ** 32 + ((this.rows[base] ?? 0) >>> 0)) / 1e6
  }

  /** The number of a shape here; 0 where there are too many. */
  private numberOf(shape: SpanShape): number {
    if (shape.holder === this) return shape.number
    if (this.shapes.length > MOST_SHAPES) return 0
    // Who meets a shape first pays for it; those that are met again and again are few.
    this.shapeBytes += shape.holder === undefined ? shape.bytes : SHAPE_PLACE_BYTES
    shape.holder = this
    shape.number = this.shapes.push(shape) - 1
    return shape.number
  }

  private enlarge(): void {
    const rows = new Int32Array(Math.min(2 * this.rows.length, (MOST_ROWS + 1) * ROW_WORDS))
    rows.set(this.rows)
    this.setRows(rows)
  }

  private setRows(rows: Int32Array<ArrayBuffer>): void {
    this.rows = rows
    this.times = new BigUint64Array(rows.buffer)
  }
}

function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}
