import type { ArrivalMark } from '../../model/local-traces.js'
import type { Timestamp } from '../../model/time.js'
import { createChangeOrder } from './change-order.js'
import { indexOf, NO_ROW, placeOf, ROW_BYTES, ROW_WORDS, toRowRef, WORD, type RowRef } from './row.js'
import type { Segment } from './segment.js'
import { SpanIds, type Segments } from './span-ids.js'
import { createStartOrder, type TraceTest } from './start-order.js'
import { isBefore, NO_TRACE, TRACE, TRACE_BYTES, TraceRows, type TraceRef } from './trace-rows.js'
import { TraceTable } from './trace-table.js'

/**
 * The traces of the window: found by id, in the orders of their start and of their latest change, each with the rows of its
 * spans linked in the order of arrival. It is a class, as this is the hot path.
 */
export class HeldTraces {
  readonly rows = new TraceRows()
  spanCount = 0
  private readonly table = new TraceTable(this.rows)
  private readonly changes = createChangeOrder(this.rows)
  private readonly starts = createStartOrder(this.rows)
  private readonly ids: SpanIds
  private ownBytes = 0

  constructor(private readonly segments: Segments) {
    this.ids = new SpanIds(this.rows, segments)
  }

  get size(): number {
    return this.table.size
  }

  /** Their memory without that of their spans, in bytes. */
  get bytes(): number {
    return this.ownBytes + this.table.bytes
  }

  /** `NO_TRACE` where none has this id. */
  find(id: Int32Array): TraceRef {
    return this.table.find(id)
  }

  /** Begins a trace, which must be given a span at once. It leaves with the segment. */
  begin(id: Int32Array, segment: Segment): TraceRef {
    const trace = this.rows.begin(id, this.table.hash(id))
    this.table.add(trace)
    this.starts.add(trace)
    segment.traces.push(trace)
    this.ownBytes += TRACE_BYTES
    return trace
  }

  /** Adds the span in a row of a segment, which came with the request of this number. */
  link(trace: TraceRef, segment: Segment, index: number, request: number): void {
    const { rows } = this
    const base = index * ROW_WORDS
    this.append(trace, toRowRef(segment.place, index))
    const bytes = ROW_BYTES + (segment.rows[base + WORD.length] ?? 0)
    rows.set(trace, TRACE.spanBytes, rows.get(trace, TRACE.spanBytes) + bytes)
    this.extend(trace, segment.rows, base)
    this.ownBytes += this.ids.note(trace)
    this.noteChange(trace, request)
  }

  /** Lets a trace go. Answers how many spans it had. */
  remove(trace: TraceRef): number {
    const { rows } = this
    const spanCount = rows.get(trace, TRACE.spanCount)
    this.spanCount -= spanCount
    this.ownBytes -= TRACE_BYTES + this.ids.bytesOf(trace)
    this.ids.forget(trace)
    this.table.remove(trace)
    this.changes.remove(trace)
    rows.remove(trace)
    this.starts.removed()
    return spanCount
  }

  /** Whether the trace has the span in this row of a request already. */
  holdsSpan(trace: TraceRef, requestRows: Int32Array, row: number): boolean {
    return this.ids.holds(trace, requestRows, row)
  }

  /** The memory of a trace with its spans, in bytes. */
  memoryOf(trace: TraceRef): number {
    return TRACE_BYTES + this.ids.bytesOf(trace) + this.rows.get(trace, TRACE.spanBytes)
  }

  /** When something came last into the segment of the last span of a trace. */
  latestArrival(trace: TraceRef): Timestamp {
    return this.segments[placeOf(this.rows.get(trace, TRACE.last))]?.latestArrival ?? 0
  }

  /**
   * Those of the traces that overlap the time between two Unix nanoseconds, both included, and had a span at a mark, which
   * pass; the latest start first. They may be asked for one by one while others come and go.
   */
  overlapping(
    [from, until]: readonly [from: bigint, until: bigint],
    mark: ArrivalMark,
    passes: TraceTest = () => true,
  ): Iterable<TraceRef> {
    return this.starts.overlapping(from, until, (trace) => this.hasBegunBefore(trace, mark) && passes(trace))
  }

  /** Whether a trace is held that had a span at a mark. Another one in the row of one that is gone has begun later. */
  hasBegunBefore(trace: TraceRef, mark: ArrivalMark): boolean {
    const first = this.rows.get(trace, TRACE.first)
    return first !== NO_ROW && this.arrivalOf(first) < mark
  }

  /** The traces that got a span since a mark, the latest first. Nothing may be received meanwhile. */
  *changedSince(mark: ArrivalMark): Iterable<TraceRef> {
    for (let trace = this.changes.last(); trace !== NO_TRACE; trace = this.changes.before(trace)) {
      if (this.arrivalOf(this.rows.get(trace, TRACE.last)) < mark) return
      yield trace
    }
  }

  /** Whether a trace has no span that came at a mark or later. */
  isAsAt(trace: TraceRef, mark: ArrivalMark): boolean {
    return this.arrivalOf(this.rows.get(trace, TRACE.last)) < mark
  }

  private arrivalOf(ref: RowRef): ArrivalMark {
    const segment = this.segments[placeOf(ref)]
    return segment === undefined ? -1 : segment.firstRow + indexOf(ref)
  }

  private append(trace: TraceRef, ref: RowRef): void {
    const { rows } = this
    if (rows.isGone(trace)) rows.set(trace, TRACE.first, ref)
    else {
      const last = rows.get(trace, TRACE.last)
      const segment = this.segments[placeOf(last)]
      if (segment) segment.rows[indexOf(last) * ROW_WORDS + WORD.next] = ref
    }
    rows.set(trace, TRACE.last, ref)
    rows.set(trace, TRACE.spanCount, rows.get(trace, TRACE.spanCount) + 1)
    this.spanCount += 1
  }

  private extend(trace: TraceRef, spanRows: Int32Array, base: number): void {
    const { rows } = this
    const [startLow, startHigh] = [spanRows[base + WORD.start] ?? 0, spanRows[base + WORD.start + 1] ?? 0]
    const [endLow, endHigh] = [spanRows[base + WORD.end] ?? 0, spanRows[base + WORD.end + 1] ?? 0]
    if (isBefore(startHigh, startLow, rows.get(trace, TRACE.start + 1), rows.get(trace, TRACE.start))) {
      rows.set(trace, TRACE.start, startLow)
      rows.set(trace, TRACE.start + 1, startHigh)
      this.starts.changed()
    }
    if (isBefore(rows.get(trace, TRACE.end + 1), rows.get(trace, TRACE.end), endHigh, endLow)) {
      rows.set(trace, TRACE.end, endLow)
      rows.set(trace, TRACE.end + 1, endHigh)
    }
  }

  private noteChange(trace: TraceRef, request: number): void {
    const { rows } = this
    if (rows.get(trace, TRACE.spanCount) > 1 && rows.get(trace, TRACE.changedIn) === (request | 0)) return
    rows.set(trace, TRACE.changedIn, request)
    this.changes.moveToEnd(trace)
  }
}
