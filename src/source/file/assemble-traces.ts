import type { Span } from '../../model/span.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'
import { createArrivalOrder } from './arrival-order.js'
import { createHeldTrace, keyOf, viewOf, type HeldTrace } from './held-trace.js'
import { createSharedParts } from './shared-parts.js'
import { estimateSpanBytes } from '../window/span-bytes.js'
import { createRecentIds } from './recent-ids.js'

export interface AssembleOptions {
  /** The memory that traces may take while they wait for more of their spans. */
  readonly maxBytes: number
  /** Is given every trace once: when all spans were added, or earlier where memory ran out. */
  readonly onTrace: (trace: Trace) => void
}

/** Puts traces together from spans that come in any order, within a bound of memory. */
export interface TraceAssembly {
  /** A span that was added before is passed over. */
  add(span: Span): void
  /** Gives away the traces that are left. */
  finish(): void
  /** Spans that came when their trace had been given away for want of memory; they are in no trace. */
  readonly lateSpans: number
  /** So many traces were given away early that a further part of one may have been given as a trace of its own. */
  readonly mayRepeat: boolean
}

/** So that no single trace can push all others out. */
const LARGEST_TRACE_SHARE = 1 / 8
/** What the ids of traces that were given away may take. */
const IDS_SHARE = 1 / 4

/**
 * Where memory runs out the trace that has been quiet for longest is given away, as it is the most likely to be whole,
 * and so is one that takes an eighth of the memory. A file that holds the spans of a trace near each other is thus read
 * exactly, whatever its size.
 */
export function createTraceAssembly({ maxBytes, onTrace }: AssembleOptions): TraceAssembly {
  const traces = new Map<TraceId, HeldTrace>()
  const order = createArrivalOrder()
  const shared = createSharedParts()
  const gone = createRecentIds(maxBytes * IDS_SHARE)
  let ownBytes = 0
  let lateSpans = 0

  function begin(span: Span): HeldTrace {
    const trace = createHeldTrace(span, 0)
    traces.set(trace.traceId, trace)
    ownBytes += trace.ownBytes
    return trace
  }

  function grow(trace: HeldTrace, key: string, span: Span): void {
    const bytes = estimateSpanBytes(span)
    trace.spans.set(key, span)
    trace.ownBytes += bytes
    ownBytes += bytes
    for (const part of [span.resource, span.scope]) {
      if (trace.parts.has(part)) continue
      trace.parts.add(part)
      trace.partBytes += shared.sizeOf(part)
      shared.hold(part)
    }
    order.moveToEnd(trace)
  }

  function give(trace: HeldTrace): void {
    traces.delete(trace.traceId)
    order.remove(trace)
    for (const part of trace.parts) shared.release(part)
    ownBytes -= trace.ownBytes
    onTrace(viewOf(trace))
  }

  function giveEarly(trace: HeldTrace): void {
    gone.add(trace.traceId)
    give(trace)
  }

  function isFull(): boolean {
    return ownBytes + shared.bytes + gone.bytes > maxBytes
  }

  return {
    add: (span) => {
      if (gone.has(span.traceId)) {
        lateSpans += 1
        return
      }
      const trace = traces.get(span.traceId) ?? begin(span)
      const key = keyOf(trace, span)
      if (key === undefined) return
      grow(trace, key, span)
      if (trace.ownBytes + trace.partBytes > maxBytes * LARGEST_TRACE_SHARE) giveEarly(trace)
      for (let quietest = order.first(); quietest && isFull(); quietest = order.first()) giveEarly(quietest)
    },
    finish: () => {
      for (const trace of traces.values()) give(trace)
    },
    get lateSpans() {
      return lateSpans
    },
    get mayRepeat() {
      return gone.hasForgotten
    },
  }
}
