import type { Clock } from '../../model/clock.js'
import type { Span } from '../../model/span.js'
import { toUnixNano, type Interval } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'
import type { Metrics } from '../../telemetry/metrics.js'
import { createArrivalOrder } from '../file/arrival-order.js'
import { refuse, type RefusalReason, type Refusals } from '../../otlp/decoded-spans.js'
import { createHeldTrace, keyOf, viewOf, type HeldTrace } from '../file/held-trace.js'
import { createSharedParts } from '../file/shared-parts.js'
import { estimateSpanBytes } from '../file/span-bytes.js'

export interface SpanWindowOptions {
  /** The memory that the window may take. One trace may take an eighth of it; spans beyond that are refused. */
  readonly maxBytes: number
  /** A trace that got no new span for this long leaves the window. */
  readonly maxAgeMs: number
  readonly clock: Clock
  readonly metrics: Metrics
}

/** The recent spans that were received, as traces, within bounds of memory and age. */
export interface SpanWindow {
  /**
   * Takes spans in, in any order and of any traces, and answers what it refused: a span that is held already, and one
   * whose trace would grow too large. When memory runs out, the traces that have been quiet for longest go.
   */
  add(spans: readonly Span[]): Refusals
  /** The traces that overlap `interval`, both ends included, in no order.  */
  overlapping(interval: Interval): readonly Trace[]
  /** The spans of this trace that are held; undefined when there are none. */
  get(id: TraceId): Trace | undefined
}

/** So that no single trace can push all others out. */
const LARGEST_TRACE_SHARE = 1 / 8

export function createSpanWindow({ maxBytes, maxAgeMs, clock, metrics }: SpanWindowOptions): SpanWindow {
  const traces = new Map<TraceId, HeldTrace>()
  const order = createArrivalOrder()
  const shared = createSharedParts()
  const maxTraceBytes = maxBytes * LARGEST_TRACE_SHARE
  let ownBytes = 0
  let spanCount = 0

  function addSpan(span: Span): RefusalReason | undefined {
    const trace = traces.get(span.traceId) ?? createHeldTrace(span, clock.now())
    const key = keyOf(trace, span)
    if (key === undefined) return 'duplicate'
    const spanBytes = estimateSpanBytes(span)
    const parts = [span.resource, span.scope].filter((part) => !trace.parts.has(part))
    const partBytes = parts.reduce((sum, part) => sum + shared.sizeOf(part), 0)
    if (trace.ownBytes + trace.partBytes + spanBytes + partBytes > maxTraceBytes) return 'trace_too_large'

    grow(trace, key, span, spanBytes)
    trace.partBytes += partBytes
    for (const part of parts) {
      trace.parts.add(part)
      shared.hold(part)
    }
    return undefined
  }

  function grow(trace: HeldTrace, key: string, span: Span, bytes: number): void {
    if (!traces.has(trace.traceId)) {
      traces.set(trace.traceId, trace)
      ownBytes += trace.ownBytes
    }
    trace.spans.set(key, span)
    trace.view = undefined
    trace.ownBytes += bytes
    ownBytes += bytes
    spanCount += 1
    if (span.startTimeUnixNano < trace.startTimeUnixNano) trace.startTimeUnixNano = span.startTimeUnixNano
    if (span.endTimeUnixNano > trace.endTimeUnixNano) trace.endTimeUnixNano = span.endTimeUnixNano
    trace.latestArrival = clock.now()
    order.moveToEnd(trace)
  }

  function evict(trace: HeldTrace, reason: 'age' | 'bytes'): void {
    traces.delete(trace.traceId)
    order.remove(trace)
    for (const part of trace.parts) shared.release(part)
    ownBytes -= trace.ownBytes
    spanCount -= trace.spans.size
    metrics.evictedSpans.inc({ reason }, trace.spans.size)
  }

  function evictWhile(reason: 'age' | 'bytes', isDue: (quietest: HeldTrace) => boolean): void {
    for (let trace = order.first(); trace && isDue(trace); trace = order.first()) evict(trace, reason)
  }

  function evictOld(): void {
    const oldest = clock.now() - maxAgeMs
    evictWhile('age', (trace) => trace.latestArrival < oldest)
    showSize()
  }

  function showSize(): void {
    metrics.windowBytes.set(ownBytes + shared.bytes)
    metrics.windowSpans.set(spanCount)
    metrics.windowTraces.set(traces.size)
  }

  return {
    add: (spans) => {
      evictOld()
      const refused = new Map<RefusalReason, number>()
      let kept = 0
      for (const span of spans) {
        const reason = addSpan(span)
        if (reason) refuse(refused, reason)
        else kept += 1
        evictWhile('bytes', () => ownBytes + shared.bytes > maxBytes)
      }
      metrics.receivedSpans.inc(kept)
      for (const [reason, count] of refused) metrics.refusedSpans.inc({ reason }, count)
      showSize()
      return refused
    },
    overlapping: ({ start, end }) => {
      evictOld()
      const from = toUnixNano(start)
      const until = toUnixNano(end)
      const found: Trace[] = []
      for (const trace of traces.values()) {
        if (trace.startTimeUnixNano <= until && trace.endTimeUnixNano >= from) found.push(viewOf(trace))
      }
      return found
    },
    get: (id) => {
      evictOld()
      const trace = traces.get(id)
      return trace && viewOf(trace)
    },
  }
}
