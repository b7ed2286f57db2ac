import { createKeyedHash } from './keyed-hash.js'
import { ROW_WORDS, WORD, indexOf, NO_ROW, placeOf, type RowRef } from './row.js'
import type { Segment } from './segment.js'
import { TRACE, type TraceRef, type TraceRows } from './trace-rows.js'

/** A trace of up to this many spans is gone through; that takes no memory and less time than a table. */
const MOST_GONE_THROUGH = 32
const FIRST_SLOTS = 128
const SLOT_BYTES = 4

/** The segments that are held, by their places. */
export type Segments = readonly (Segment | undefined)[]

/** The rows of one large trace by span id: a hash table with open addressing, at most half full. */
interface IdTable {
  slots: Int32Array
  count: number
}

/** Tells whether a trace holds a span already. It is a class, as this is the hot path. */
export class SpanIds {
  /** Of the traces that have too many spans to go through. */
  private readonly tables = new Map<TraceRef, IdTable>()
  private readonly keyedHash = createKeyedHash()

  constructor(
    private readonly traces: TraceRows,
    private readonly segments: Segments,
  ) {}

  /**
   * Whether the trace holds the span in this one of `rows` already: one with its id, kind and start. Clients that retry
   * send a span twice; the two sides of a call in Zipkin's model share an id, but not the kind and the start.
   */
  holds(trace: TraceRef, rows: Int32Array, index: number): boolean {
    if (this.isLarge(trace)) return this.tableHolds(trace, rows, index)
    const { segments } = this
    for (let ref = this.traces.get(trace, TRACE.first); ref !== NO_ROW;) {
      const other = segments[placeOf(ref)]
      if (other === undefined) return false
      if (isSame(other.rows, indexOf(ref), rows, index)) return true
      ref = other.rows[indexOf(ref) * ROW_WORDS + WORD.next] ?? NO_ROW
    }
    return false
  }

  /** Notes the span that was added to the trace last. Answers how much more memory is taken, in bytes. */
  note(trace: TraceRef): number {
    if (!this.isLarge(trace)) return 0
    const table = this.tables.get(trace)
    const length = table?.slots.length ?? 0
    if (table !== undefined && 2 * (table.count + 1) <= length) {
      this.put(table, this.traces.get(trace, TRACE.last))
      return 0
    }
    const larger = this.createTable(trace, Math.max(FIRST_SLOTS, 2 * length))
    this.tables.set(trace, larger)
    return (larger.slots.length - length) * SLOT_BYTES
  }

  /** The memory taken for a trace, in bytes. */
  bytesOf(trace: TraceRef): number {
    return this.isLarge(trace) ? (this.tables.get(trace)?.slots.length ?? 0) * SLOT_BYTES : 0
  }

  /** Gives back what is taken for a trace. */
  forget(trace: TraceRef): void {
    if (this.isLarge(trace)) this.tables.delete(trace)
  }

  private isLarge(trace: TraceRef): boolean {
    return this.traces.get(trace, TRACE.spanCount) > MOST_GONE_THROUGH
  }

  private createTable(trace: TraceRef, length: number): IdTable {
    const table: IdTable = { slots: new Int32Array(length).fill(NO_ROW), count: 0 }
    for (let ref = this.traces.get(trace, TRACE.first); ref !== NO_ROW;) {
      this.put(table, ref)
      ref = this.segments[placeOf(ref)]?.rows[indexOf(ref) * ROW_WORDS + WORD.next] ?? NO_ROW
    }
    return table
  }

  private put(table: IdTable, ref: RowRef): void {
    const segment = this.segments[placeOf(ref)]
    if (segment === undefined) return
    const mask = table.slots.length - 1
    let slot = this.hashOf(segment.rows, indexOf(ref)) & mask
    while (table.slots[slot] !== NO_ROW) slot = (slot + 1) & mask
    table.slots[slot] = ref
    table.count += 1
  }

  private tableHolds(trace: TraceRef, rows: Int32Array, index: number): boolean {
    const slots = this.tables.get(trace)?.slots
    if (slots === undefined) return false
    const mask = slots.length - 1
    for (let slot = this.hashOf(rows, index) & mask; ; slot = (slot + 1) & mask) {
      const ref = slots[slot] ?? NO_ROW
      if (ref === NO_ROW) return false
      const other = this.segments[placeOf(ref)]
      if (other !== undefined && isSame(other.rows, indexOf(ref), rows, index)) return true
    }
  }

  /** Spans with one id differ in their start. */
  private hashOf(rows: Int32Array, index: number): number {
    const base = index * ROW_WORDS
    return this.keyedHash(
      rows[base + WORD.spanIdHigh] ?? 0,
      rows[base + WORD.spanIdLow] ?? 0,
      rows[base + WORD.start] ?? 0,
      rows[base + WORD.start + 1] ?? 0,
    )
  }
}

function isSame(a: Int32Array, leftIndex: number, b: Int32Array, rightIndex: number): boolean {
  const x = leftIndex * ROW_WORDS
  const y = rightIndex * ROW_WORDS
  return (
    a[x + WORD.spanIdLow] === b[y + WORD.spanIdLow] &&
    a[x + WORD.spanIdHigh] === b[y + WORD.spanIdHigh] &&
    a[x + WORD.start] === b[y + WORD.start] &&
    a[x + WORD.start + 1] === b[y + WORD.start + 1] &&
    ((a[x + WORD.kindStatusFlagsShape] ?? 0) & 0xf) === ((b[y + WORD.kindStatusFlagsShape] ?? 0) & 0xf)
  )
}
