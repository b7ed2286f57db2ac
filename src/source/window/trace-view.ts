import type { Span } from '../../model/span.js'
import type { ArrivalMark } from '../../model/local-traces.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'
import { HeldSpan } from './held-span.js'
import type { HeldTrace } from './held-trace.js'
import { indexOf, NO_ROW, placeOf, ROW_WORDS, WORD } from './row.js'
import type { Segment } from './segment.js'
import type { Segments } from './span-ids.js'

/**
 * A trace of the window as it is now, or was at a mark: what comes later does not change it, nor does its leaving the
 * window. Undefined where nothing of it had come.
 */
export function viewOf(
  trace: HeldTrace,
  segments: Segments,
  until: ArrivalMark = Number.POSITIVE_INFINITY,
): Trace | undefined {
  let traceId: TraceId | undefined
  const spans: Span[] = []
  const view = {
    get traceId(): TraceId {
      traceId ??= toTraceId(trace)
      return traceId
    },
    spans,
  }
  forEachRow(trace, segments, (segment, index) => {
    if (segment.firstRow + index >= until) return true
    spans.push(new HeldSpan(view, segment, index))
  })
  return spans.length === 0 ? undefined : view
}

/** Visits the rows of a trace in the order of their arrival, until `visit` answers true. */
export function forEachRow(
  trace: HeldTrace,
  segments: Segments,
  visit: (segment: Segment, index: number) => unknown,
): void {
  for (let ref = trace.first; ref !== NO_ROW;) {
    const segment = segments[placeOf(ref)]
    if (segment === undefined) return
    const index = indexOf(ref)
    if (visit(segment, index) === true) return
    ref = segment.rows[index * ROW_WORDS + WORD.next] ?? NO_ROW
  }
}

const scratch = Buffer.alloc(16)

/** The id of a trace, as text. */
export function toTraceId({ id0, id1, id2, id3 }: HeldTrace): TraceId {
  scratch.writeInt32BE(id0, 0)
  scratch.writeInt32BE(id1, 4)
  scratch.writeInt32BE(id2, 8)
  scratch.writeInt32BE(id3, 12)
  return scratch.toString('hex')
}
