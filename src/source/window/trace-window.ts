import type { Clock } from '../../model/clock.js'
import type { Span } from '../../model/span.js'
import type { ArrivalMark, ChangedTrace, LocalTraces } from '../../model/local-traces.js'
import { toUnixNano, type Interval, type Timestamp } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceGlance } from '../../model/trace-glance.js'
import { refuse, type RefusalReason, type Refusals } from '../../otlp/decoded-spans.js'
import { hexWord } from '../../otlp/span-scanner.js'
import { createSpanShapes } from '../../otlp/span-shape.js'
import { createStringCache } from '../../otlp/string-cache.js'
import type { Metrics } from '../../telemetry/metrics.js'
import { createChangeOrder } from './change-order.js'
import { isBefore, TRACE_BYTES, type HeldTrace } from './held-trace.js'
import { HeldGlance } from './held-glance.js'
import { HeldSpan } from './held-span.js'
import { NO_ROW, ROW_BYTES, ROW_WORDS, toRowRef, WORD, indexOf, placeOf, MOST_SEGMENTS } from './row.js'
import { scanRequest, type Parts } from './scan-request.js'
import { ScannedRequest } from './scanned-request.js'
import { Segment } from './segment.js'
import { createSharedParts } from './shared-parts.js'
import { holdsSpan, noteSpan, type Segments } from './span-ids.js'
import { createStartOrder, overlaps } from './start-order.js'
import { hasId, TraceTable } from './trace-table.js'
import { viewOf } from './trace-view.js'

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

/** Tells that no trace with this span, and no other that passes, can be of interest. The span is only good for the call. */
export type SpanTest = (span: Span) => boolean

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
  overlapping(interval: Interval, test?: SpanTest): Iterable<Trace>
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
/** A segment leaves as a whole: the more there are, the less leaves at once. */
const SEGMENTS = 64

/**
 * Spans are kept as they came: the bytes of a request, beside a row of 56 bytes for each span. Objects are made of them
 * for those who ask, and only of the traces that may be of interest to them.
 */
export function createTraceWindow(options: TraceWindowOptions): TraceWindow {
  const { maxBytes, maxAgeMs, clock, metrics, onAge } = options
  const table = new TraceTable()
  const changes = createChangeOrder()
  const starts = createStartOrder()
  const strings = createStringCache()
  const parts: Parts = {
    resources: createSharedParts(),
    scopes: createSharedParts(),
    shapes: createSpanShapes(strings),
    strings,
  }
  const scanned = new ScannedRequest()
  const traceId = new Int32Array(4)
  const places: (Segment | undefined)[] = []
  /** In the order of arrival; the last one is still open. */
  const segments: Segment[] = []
  let nextPlace = 0
  let segmentBytes = 0
  let rowCount = 0
  let traceBytes = 0
  let spanCount = 0
  let requests = 0
  let completeSince = clock.now()
  const maxTraceBytes = maxBytes * LARGEST_TRACE_SHARE
  const usualCapacity = Math.ceil(maxBytes / SEGMENTS)

  const usedBytes = (): number =>
    segmentBytes + traceBytes + table.bytes + parts.resources.bytes + parts.scopes.bytes

  function open(size: number): Segment {
    const now = clock.now()
    const current = segments.at(-1)
    if (current !== undefined) {
      if (current.room >= size && now - current.openedAt < maxAgeMs / SEGMENTS) return current
      resized(current, () => current.close())
    }
    while (segments.length >= MOST_SEGMENTS - 1) evictOldest('bytes')
    while (places[nextPlace] !== undefined) nextPlace = (nextPlace + 1) % MOST_SEGMENTS
    const segment = new Segment(nextPlace, rowCount, now, Math.max(size, usualCapacity))
    places[nextPlace] = segment
    segments.push(segment)
    segmentBytes += segment.size
    return segment
  }

  function resized(segment: Segment, change: () => void): void {
    segmentBytes -= segment.size
    change()
    segmentBytes += segment.size
  }

  function evictOldest(reason: 'age' | 'bytes'): void {
    const segment = segments.shift()
    if (segment === undefined) return
    places[segment.place] = undefined
    segmentBytes -= segment.size
    completeSince = Math.max(completeSince, segment.latestArrival)
    segment.leave()
    for (const { resource, scope } of segment.groups) {
      parts.resources.release(resource)
      parts.scopes.release(scope)
    }
    let evicted = 0
    for (const trace of segment.traces) evicted += forget(trace)
    metrics.evictedSpans.inc({ reason }, evicted)
  }

  function forget(trace: HeldTrace): number {
    trace.isGone = true
    // Its latest spans go too, which came later than those of the segment.
    const last = places[placeOf(trace.last)]
    if (last !== undefined) completeSince = Math.max(completeSince, last.latestArrival)
    table.remove(trace)
    changes.remove(trace)
    starts.removed()
    traceBytes -= trace.ownBytes
    spanCount -= trace.spanCount
    return trace.spanCount
  }

  function evictOld(): void {
    const oldest = clock.now() - maxAgeMs
    for (let first = segments[0]; first && first.latestArrival < oldest; first = segments[0])
      evictOldest('age')
    showSize()
  }

  function showSize(): void {
    metrics.windowBytes.set(usedBytes())
    metrics.windowSpans.set(spanCount)
    metrics.windowTraces.set(table.size)
  }

  function begin(id: Int32Array, segment: Segment): HeldTrace {
    const trace: HeldTrace = {
      id0: id[0] ?? 0,
      id1: id[1] ?? 0,
      id2: id[2] ?? 0,
      id3: id[3] ?? 0,
      hash: table.hash(id),
      first: NO_ROW,
      last: NO_ROW,
      spanCount: 0,
      spanBytes: 0,
      ownBytes: TRACE_BYTES,
      startHigh: -1,
      startLow: -1,
      endHigh: 0,
      endLow: 0,
      ids: undefined,
      latestChange: requests,
      isGone: false,
      before: undefined,
      after: undefined,
    }
    table.add(trace)
    starts.add(trace)
    segment.traces.push(trace)
    traceBytes += trace.ownBytes
    return trace
  }

  function link(trace: HeldTrace, segment: Segment, index: number): void {
    const base = index * ROW_WORDS
    const { rows } = segment
    const ref = toRowRef(segment.place, index)
    if (trace.first === NO_ROW) trace.first = ref
    else {
      const last = places[placeOf(trace.last)]
      if (last) last.rows[indexOf(trace.last) * ROW_WORDS + WORD.next] = ref
    }
    trace.last = ref
    trace.spanCount += 1
    trace.spanBytes += ROW_BYTES + (rows[base + WORD.length] ?? 0)
    extend(trace, rows, base)
    const more = noteSpan(trace, places)
    trace.ownBytes += more
    traceBytes += more
    if (trace.latestChange !== requests || trace.spanCount === 1) {
      trace.latestChange = requests
      changes.moveToEnd(trace)
    }
  }

  function extend(trace: HeldTrace, rows: Int32Array, base: number): void {
    const [startLow, startHigh] = [rows[base + WORD.start] ?? 0, rows[base + WORD.start + 1] ?? 0]
    const [endLow, endHigh] = [rows[base + WORD.end] ?? 0, rows[base + WORD.end + 1] ?? 0]
    if (isBefore(startHigh, startLow, trace.startHigh, trace.startLow)) {
      trace.startHigh = startHigh | 0
      trace.startLow = startLow | 0
      starts.changed()
    }
    if (isBefore(trace.endHigh, trace.endLow, endHigh, endLow)) {
      trace.endHigh = endHigh | 0
      trace.endLow = endLow | 0
    }
  }

  /** Takes over the rows that were scanned, but for those that are refused. */
  function keepRows(segment: Segment): number {
    const before = segment.rowCount
    let trace: HeldTrace | undefined
    for (let row = 0; row < scanned.rowCount; row += 1) {
      scanned.copyTraceId(row, traceId)
      if (trace === undefined || !hasId(trace, traceId)) trace = table.find(traceId)
      const reason = refusalOf(trace, row)
      if (reason !== undefined) refuse(scanned.refused, reason)
      else {
        trace ??= begin(traceId, segment)
        link(trace, segment, segment.take(scanned, row))
      }
    }
    return segment.rowCount - before
  }

  function refusalOf(trace: HeldTrace | undefined, row: number): RefusalReason | undefined {
    if (trace !== undefined && holdsSpan(trace, places, scanned.rows, row)) return 'duplicate'
    const bytes = ROW_BYTES + (scanned.rows[row * ROW_WORDS + WORD.length] ?? 0)
    const held = trace === undefined ? TRACE_BYTES : trace.spanBytes + trace.ownBytes
    return held + bytes > maxTraceBytes ? 'trace_too_large' : undefined
  }

  function keep(request: Buffer): number {
    const segment = open(request.length)
    const sizeBefore = segment.size
    const kept = keepRows(segment)
    if (kept > 0) {
      const now = clock.now()
      segment.append(request, scanned.groups, now)
      if (onAge !== undefined) {
        for (let index = segment.rowCount - kept; index < segment.rowCount; index += 1) {
          onAge(segment.ageMs(index, now), now)
        }
      }
      for (const { resource, scope } of scanned.groups) {
        parts.resources.hold(resource)
        parts.scopes.hold(scope)
      }
    }
    segmentBytes += segment.size - sizeBefore
    spanCount += kept
    rowCount += kept
    return kept
  }

  function* views(
    [from, until]: readonly [bigint, bigint],
    test: SpanTest | undefined,
    mark?: ArrivalMark,
  ): Iterable<Trace> {
    evictOld()
    const cursor = test && createCursor(test)
    for (const trace of starts.overlapping(from, until)) {
      const view = cursor === undefined || cursor(trace, places) ? viewOf(trace, places, mark) : undefined
      if (view !== undefined) yield view
    }
  }

  function* glances(window: Interval, mark: ArrivalMark): Iterable<TraceGlance> {
    evictOld()
    const glance = new HeldGlance(places, mark)
    for (const trace of starts.overlapping(...toNanos(window))) yield glance.moveTo(trace)
  }

  function* changed(window: Interval, since: ArrivalMark, mark: ArrivalMark): Iterable<ChangedTrace> {
    evictOld()
    const [from, until] = toNanos(window)
    for (let trace = changes.last(); trace && hasArrivedSince(trace, since); trace = trace.before) {
      const now = overlaps(trace, from, until) ? viewOf(trace, places, mark) : undefined
      if (now !== undefined) yield { now, before: viewOf(trace, places, since) }
    }
  }

  function* changedAfter(mark: number): Iterable<Trace> {
    evictOld()
    for (let trace = changes.last(); trace && trace.latestChange > mark; trace = trace.before) {
      const view = viewOf(trace, places)
      if (view !== undefined) yield view
    }
  }

  function* glancesSince(since: ArrivalMark): Iterable<TraceGlance> {
    evictOld()
    const glance = new HeldGlance(places, rowCount)
    for (let trace = changes.last(); trace && hasArrivedSince(trace, since); trace = trace.before) {
      yield glance.moveTo(trace)
    }
  }

  function hasArrivedSince({ last }: HeldTrace, mark: ArrivalMark): boolean {
    const segment = places[placeOf(last)]
    return segment !== undefined && segment.firstRow + indexOf(last) >= mark
  }

  return {
    add: (request) => {
      evictOld()
      scanRequest(request, scanned, parts)
      requests += 1
      if (scanned.rowCount > 0) metrics.receivedSpans.inc(keep(request))
      while (usedBytes() > maxBytes && segments.length > 0) evictOldest('bytes')
      for (const [reason, count] of scanned.refused) metrics.refusedSpans.inc({ reason }, count)
      showSize()
      return scanned.refused
    },
    overlapping: ({ start, end }, test) => views([toUnixNano(start), toUnixNano(end)], test),
    within: (interval, mark, test) => views(toNanos(interval), test, mark),
    glanceWithin: glances,
    countWithin: (interval) => {
      evictOld()
      let count = 0
      for (const _trace of starts.overlapping(...toNanos(interval))) count += 1
      return count
    },
    changedWithin: changed,
    mark: () => rowCount,
    completeSince: () => completeSince,
    get: (id) => {
      evictOld()
      const trace = table.find(Int32Array.from({ length: 4 }, (_, word) => hexWord(id, word)))
      return trace && viewOf(trace, places)
    },
    glanceSince: glancesSince,
    changedSince: (mark) => ({ traces: changedAfter(mark), mark: requests }),
  }
}

/** The Unix nanoseconds of a window of time, both included. */
function toNanos({ start, end }: Interval): readonly [from: bigint, until: bigint] {
  return [toUnixNano(start) + 1n, toUnixNano(end)]
}

/** Looks at the spans of one trace after another, with one object for all of them. */
function createCursor(test: SpanTest): (trace: HeldTrace, segments: Segments) => boolean {
  let span: HeldSpan | undefined
  return (trace, segments) => {
    for (let ref = trace.first; ref !== NO_ROW;) {
      const segment = segments[placeOf(ref)]
      if (segment === undefined) return false
      const index = indexOf(ref)
      if (span === undefined) span = new HeldSpan({ traceId: '' }, segment, index)
      else span.moveTo(segment, index)
      if (test(span)) return true
      ref = segment.rows[index * ROW_WORDS + WORD.next] ?? NO_ROW
    }
    return false
  }
}
