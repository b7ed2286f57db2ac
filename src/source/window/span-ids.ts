import { createKeyedHash } from './keyed-hash.js'
import { ROW_WORDS, WORD, indexOf, NO_ROW, placeOf, type RowRef } from './row.js'
import type { HeldTrace, SpanIds } from './held-trace.js'
import type { Segment } from './segment.js'

/** A trace of up to this many spans is gone through; that takes no memory and less time than a table. */
const MOST_GONE_THROUGH = 32
const FIRST_SLOTS = 128
const SLOT_BYTES = 4
const HASH = createKeyedHash()

/** The segments that are held, by their places. */
export type Segments = readonly (Segment | undefined)[]

/**
 * Whether the trace holds the span in this one of `rows` already: one with its id, kind and start. Clients that retry send a span
 * twice; the two sides of a call in Zipkin's model share an id, but not the kind and the start.
 */
export function holdsSpan(trace: HeldTrace, segments: Segments, rows: Int32Array, index: number): boolean {
  if (trace.ids !== undefined) return tableHolds(trace.ids, segments, rows, index)
  for (let ref = trace.first; ref !== NO_ROW;) {
    const other = segments[placeOf(ref)]
    if (other === undefined) return false
    if (isSame(other.rows, indexOf(ref), rows, index)) return true
    ref = other.rows[indexOf(ref) * ROW_WORDS + WORD.next] ?? NO_ROW
  }
  return false
}

/** Notes the span that was added to the trace last. Answers how much more memory is taken, in bytes. */
export function noteSpan(trace: HeldTrace, segments: Segments): number {
  if (trace.spanCount <= MOST_GONE_THROUGH) return 0
  const before = trace.ids === undefined ? 0 : trace.ids.slots.length
  if (trace.ids === undefined || 2 * (trace.ids.count + 1) > trace.ids.slots.length) {
    trace.ids = createTable(trace, segments, Math.max(FIRST_SLOTS, 2 * before))
  } else put(trace.ids, segments, trace.last)
  return (trace.ids.slots.length - before) * SLOT_BYTES
}

function createTable(trace: HeldTrace, segments: Segments, length: number): SpanIds {
  const table: SpanIds = { slots: new Int32Array(length).fill(NO_ROW), count: 0 }
  for (let ref = trace.first; ref !== NO_ROW;) {
    put(table, segments, ref)
    ref = segments[placeOf(ref)]?.rows[indexOf(ref) * ROW_WORDS + WORD.next] ?? NO_ROW
  }
  return table
}

function put(table: SpanIds, segments: Segments, ref: RowRef): void {
  const segment = segments[placeOf(ref)]
  if (segment === undefined) return
  const mask = table.slots.length - 1
  let slot = hashOf(segment.rows, indexOf(ref)) & mask
  while (table.slots[slot] !== NO_ROW) slot = (slot + 1) & mask
  table.slots[slot] = ref
  table.count += 1
}

function tableHolds({ slots }: SpanIds, segments: Segments, rows: Int32Array, index: number): boolean {
  const mask = slots.length - 1
  for (let slot = hashOf(rows, index) & mask; ; slot = (slot + 1) & mask) {
    const ref = slots[slot] ?? NO_ROW
    if (ref === NO_ROW) return false
    const other = segments[placeOf(ref)]
    if (other !== undefined && isSame(other.rows, indexOf(ref), rows, index)) return true
  }
}

/** Spans with one id differ in their start. */
function hashOf(rows: Int32Array, index: number): number {
  const base = index * ROW_WORDS
  return HASH(
    rows[base + WORD.spanIdHigh] ?? 0,
    rows[base + WORD.spanIdLow] ?? 0,
    rows[base + WORD.start] ?? 0,
    rows[base + WORD.start + 1] ?? 0,
  )
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
