import type { Span } from '../../model/span.js'
import type { Timestamp } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'
import { HeldSpan } from './held-span.js'
import type { HeldTrace } from './held-trace.js'
import { indexOf, NO_ROW, placeOf, ROW_WORDS, WORD } from './row.js'
import type { Segment } from './segment.js'
import type { Segments } from './span-ids.js'

/** A trace of the window as it is now: what comes later does not change it, nor does its leaving the window. */
export function viewOf(trace: HeldTrace, segments: Segments): Trace {
  let traceId: TraceId | undefined
  const spans: Span[] = []
  const view = {
    get traceId(): TraceId {
      traceId ??= toTraceId(trace)
      return traceId
    },
    spans,
  }
  forEachRow(trace, segments, (segment, index) => spans.push(new HeldSpan(view, segment, index)))
  return view
}

/** How many spans of a trace, which are in the order of arrival, had come by this moment. */
export function countArrived(trace: HeldTrace, segments: Segments, moment: Timestamp): number {
  let count = 0
  forEachRow(trace, segments, (segment, index) => {
    const isLater = index >= segment.arrivals.countUntil(moment)
    if (!isLater) count += 1
    return isLater
  })
  return count
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

function toTraceId({ id0, id1, id2, id3 }: HeldTrace): TraceId {
  scratch.writeInt32BE(id0, 0)
  scratch.writeInt32BE(id1, 4)
  scratch.writeInt32BE(id2, 8)
  scratch.writeInt32BE(id3, 12)
  return scratch.toString('hex')
}
