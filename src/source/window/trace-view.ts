import type { Span } from '../../model/span.js'
import type { ArrivalMark } from '../../model/local-traces.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'
import { HeldSpan } from './held-span.js'
import { HeldTraceId } from './held-trace-id.js'
import { indexOf, NO_ROW, placeOf, ROW_WORDS, WORD } from './row.js'
import type { Segment } from './segment.js'
import type { Segments } from './span-ids.js'
import { TRACE, type TraceRef, type TraceRows } from './trace-rows.js'

/**
 * A trace of the window as it is now, or was at a mark: what comes later does not change it, nor does its leaving the
 * window. Undefined where nothing of it had come.
 */
export function viewOf(
  traces: TraceRows,
  trace: TraceRef,
  segments: Segments,
  until: ArrivalMark = Number.POSITIVE_INFINITY,
): Trace | undefined {
  const spans: Span[] = []
  const view = new TraceView(new HeldTraceId(traces, trace), spans)
  forEachRow(traces, trace, segments, (segment, index) => {
    if (segment.firstRow + index >= until) return true
    spans.push(new HeldSpan(view, segment, index))
  })
  return spans.length === 0 ? undefined : view
}

class TraceView implements Trace {
  constructor(
    private readonly id: HeldTraceId,
    readonly spans: readonly Span[],
  ) {}

  get traceId(): TraceId {
    return this.id.traceId
  }
}

/** Visits the rows of a trace in the order of their arrival, until `visit` answers true. */
export function forEachRow(
  traces: TraceRows,
  trace: TraceRef,
  segments: Segments,
  visit: (segment: Segment, index: number) => unknown,
): void {
  for (let ref = traces.get(trace, TRACE.first); ref !== NO_ROW;) {
    const segment = segments[placeOf(ref)]
    if (segment === undefined) return
    const index = indexOf(ref)
    if (visit(segment, index) === true) return
    ref = segment.rows[index * ROW_WORDS + WORD.next] ?? NO_ROW
  }
}
