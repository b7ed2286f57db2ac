import type { Clock } from '../../model/clock.js'
import type { ArrivalMark, LocalTraces } from '../../model/local-traces.js'
import type { SpanScreen } from '../../model/span-screen.js'
import { toUnixNano, type Interval, type Timestamp } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceGlance } from '../../model/trace-glance.js'
import { refuse, type RefusalReason, type Refusals } from '../../otlp/decoded-spans.js'
import { hexWord } from '../../otlp/span-scanner.js'
import { createSpanShapes } from '../../otlp/span-shape.js'
import { createStringCache } from '../../otlp/string-cache.js'
import type { Metrics } from '../../telemetry/metrics.js'
import { HeldTraces } from './held-traces.js'
import { ROW_BYTES, ROW_WORDS, WORD } from './row.js'
import { scanRequest, type Parts } from './scan-request.js'
import { ScannedRequest } from './scanned-request.js'
import type { Segment } from './segment.js'
import { SegmentList } from './segment-list.js'
import { createSharedParts } from './shared-parts.js'
import { NO_TRACE, TRACE_BYTES, type TraceRef } from './trace-rows.js'
import { viewOf } from './trace-view.js'
import { WindowReader } from './window-reader.js'

export interface TraceWindowOptions {
  /** The memory that the window may take. One trace may take an eighth of it; spans beyond that are refused. */
  readonly maxBytes: number
  /** A trace leaves the window this long after its first span came, give or take a 64th. */
  readonly maxAgeMs: number
  readonly clock: Clock
  readonly metrics: Metrics
  /**
   * Is told of every span that is taken in at `at` how long ago it ended, in milliseconds; negative where clocks differ.
   */
  readonly onAge?: ((ageMs: number, at: Timestamp) => void) | undefined
}

/** The recent spans that were received, as traces, within bounds of memory and age. */
export interface TraceWindow extends LocalTraces {
  /**
   * Takes in the spans in the bytes of an OTLP `ExportTraceServiceRequest`, in any order and of any traces, and answers
   * what it refused: what cannot be a span, a span that is held already, and one whose trace would grow too large. When
   * memory runs out, the traces go that came first. Throws `OtlpDecodeError`, and has kept nothing then.
   */
  add(request: Buffer): Refusals
  /**
   * The traces that overlap `interval`, both ends included, the latest start first; where there is a test, only those of
   * which a span passes.
   */
  overlapping(interval: Interval, test?: SpanScreen): Iterable<Trace>
  /**
   * A glance at each trace that got a span since a moment, the latest first. As they share what they are made of, nothing
   * may be received while they are asked for.
   */
  glanceSince(mark: ArrivalMark): Iterable<TraceGlance>
  /** The traces that got a span since the moment of `mark`, which an earlier call gave; 0 is the beginning. */
  changedSince(mark: number): { readonly traces: Iterable<Trace>; readonly mark: number }
}

/** So that no single trace can push all others out. */
const LARGEST_TRACE_SHARE = 1 / 8
/** What the memory of one trace is counted in. */
const MOST_TRACE_BYTES = 2 ** 31 - 1

/**
 * Spans are kept as they came: the bytes of a request, beside a row of 56 bytes for each span. Objects are made of them
 * for those who ask, and only of the traces that may be of interest to them.
 */
export function createTraceWindow(options: TraceWindowOptions): TraceWindow {
  const { maxBytes, maxAgeMs, clock, metrics, onAge } = options
  const parts = createParts()
  const segments = new SegmentList(maxBytes, maxAgeMs)
  const traces = new HeldTraces(segments.places)
  const reader = new WindowReader(traces, segments)
  const scanned = new ScannedRequest()
  const traceId = new Int32Array(4)
  const maxTraceBytes = Math.min(maxBytes * LARGEST_TRACE_SHARE, MOST_TRACE_BYTES)
  let requests = 0
  let completeSince = clock.now()

  const usedBytes = (): number => segments.bytes + traces.bytes + parts.resources.bytes + parts.scopes.bytes

  function evictOldest(reason: 'age' | 'bytes'): void {
    const segment = segments.shift()
    if (segment === undefined) return
    completeSince = Math.max(completeSince, segment.latestArrival)
    segment.leave()
    for (const { resource, scope } of segment.groups) {
      parts.resources.release(resource)
      parts.scopes.release(scope)
    }
    let evicted = 0
    for (const trace of segment.traces) {
      // Its latest spans go too, which came later than those of the segment.
      completeSince = Math.max(completeSince, traces.latestArrival(trace))
      evicted += traces.remove(trace)
    }
    metrics.evictedSpans.inc({ reason }, evicted)
  }

  function evictOld(): void {
    const oldest = clock.now() - maxAgeMs
    while (segments.oldestArrival < oldest) evictOldest('age')
    showSize()
  }

  function showSize(): void {
    metrics.windowBytes.set(usedBytes())
    metrics.windowSpans.set(traces.spanCount)
    metrics.windowTraces.set(traces.size)
  }

  /** Takes over the rows that were scanned, but for those that are refused. */
  function keepRows(segment: Segment): number {
    const before = segment.rowCount
    let trace = NO_TRACE
    for (let row = 0; row < scanned.rowCount; row += 1) {
      scanned.copyTraceId(row, traceId)
      if (trace === NO_TRACE || !traces.rows.hasId(trace, traceId)) trace = traces.find(traceId)
      const reason = refusalOf(trace, row)
      if (reason !== undefined) refuse(scanned.refused, reason)
      else {
        if (trace === NO_TRACE) trace = traces.begin(traceId, segment)
        traces.link(trace, segment, segment.take(scanned, row), requests)
      }
    }
    return segment.rowCount - before
  }

  function refusalOf(trace: TraceRef, row: number): RefusalReason | undefined {
    const isHeld = trace !== NO_TRACE
    if (isHeld && traces.holdsSpan(trace, scanned.rows, row)) return 'duplicate'
    const bytes = ROW_BYTES + (scanned.rows[row * ROW_WORDS + WORD.length] ?? 0)
    const held = isHeld ? traces.memoryOf(trace) : TRACE_BYTES
    return held + bytes > maxTraceBytes ? 'trace_too_large' : undefined
  }

  /** Answers how many spans of the request were kept. */
  function keep(request: Buffer): number {
    if (segments.isFull) evictOldest('bytes')
    const now = clock.now()
    const segment = segments.open(request.length, now)
    const kept = segments.resize(segment, () => {
      const rows = keepRows(segment)
      if (rows > 0) segment.append(request, scanned.groups, now)
      return rows
    })
    if (kept > 0) {
      tellAges(segment, kept, now)
      holdParts()
    }
    segments.arrived += kept
    return kept
  }

  function tellAges(segment: Segment, kept: number, now: Timestamp): void {
    if (onAge === undefined) return
    for (let index = segment.rowCount - kept; index < segment.rowCount; index += 1) {
      onAge(segment.ageMs(index, now), now)
    }
  }

  function holdParts(): void {
    for (const { resource, scope } of scanned.groups) {
      parts.resources.hold(resource)
      parts.scopes.hold(scope)
    }
  }

  /** Answers what a question finds in the window as it is now. */
  function afterEviction<T>(answer: () => T): T {
    evictOld()
    return answer()
  }

  return {
    add: (request) => {
      evictOld()
      scanRequest(request, scanned, parts)
      requests += 1
      if (scanned.rowCount > 0) metrics.receivedSpans.inc(keep(request))
      while (usedBytes() > maxBytes && !segments.isEmpty) evictOldest('bytes')
      for (const [reason, count] of scanned.refused) metrics.refusedSpans.inc({ reason }, count)
      showSize()
      return scanned.refused
    },
    overlapping: ({ start, end }, test) =>
      afterEviction(() => reader.overlapping([toUnixNano(start), toUnixNano(end)], test)),
    within: (window, mark, test) => afterEviction(() => reader.within(window, mark, test)),
    glanceWithin: (window, mark) => afterEviction(() => reader.glancesWithin(window, mark)),
    countWithin: (window) => afterEviction(() => reader.countWithin(window)),
    changedWithin: (window, since, mark) => afterEviction(() => reader.changedWithin(window, since, mark)),
    mark: () => segments.arrived,
    completeSince: () => completeSince,
    get: (id) =>
      afterEviction(() => {
        const trace = traces.find(Int32Array.from({ length: 4 }, (_, word) => hexWord(id, word)))
        return trace === NO_TRACE ? undefined : viewOf(traces.rows, trace, segments.places)
      }),
    glanceSince: (mark) => afterEviction(() => reader.glancesSince(mark)),
    changedSince: (mark) => ({
      traces: afterEviction(() => reader.changedSince(mark)),
      mark: segments.arrived,
    }),
  }
}

function createParts(): Parts {
  const strings = createStringCache()
  return {
    resources: createSharedParts(),
    scopes: createSharedParts(),
    shapes: createSpanShapes(strings),
    strings,
  }
}
