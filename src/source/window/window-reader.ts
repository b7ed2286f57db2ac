import type { ArrivalMark, ChangedTrace } from '../../model/local-traces.js'
import type { SpanScreen } from '../../model/span-screen.js'
import { toUnixNano, type Interval } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceGlance } from '../../model/trace-glance.js'
import { HeldGlance } from './held-glance.js'
import type { HeldTraces } from './held-traces.js'
import type { SegmentList } from './segment-list.js'
import type { Segments } from './span-ids.js'
import { overlaps } from './start-order.js'
import type { TraceRef } from './trace-rows.js'
import { TraceScreen } from './trace-screen.js'
import { viewOf } from './trace-view.js'

/** Two Unix nanoseconds, both included. */
type Nanos = readonly [from: bigint, until: bigint]

/** Makes objects of the traces of the window for those who ask. */
export class WindowReader {
  private readonly segments: Segments

  constructor(
    private readonly traces: HeldTraces,
    private readonly list: SegmentList,
  ) {
    this.segments = list.places
  }

  /** The traces that overlap a time, as they are when it is their turn; where there is a test, those of which a span passes. */
  *overlapping(nanos: Nanos, test: SpanScreen | undefined): Iterable<Trace> {
    for (const trace of this.passing(nanos, this.list.arrived, test)) {
      const view = viewOf(this.traces.rows, trace, this.segments)
      if (view !== undefined) yield view
    }
  }

  /** The same as they were at a mark. */
  *within(window: Interval, mark: ArrivalMark, test: SpanScreen | undefined): Iterable<Trace> {
    for (const trace of this.passing(toNanos(window), mark, test)) {
      const view = viewOf(this.traces.rows, trace, this.segments, mark)
      if (view !== undefined) yield view
    }
  }

  *glancesWithin(window: Interval, mark: ArrivalMark): Iterable<TraceGlance> {
    yield* this.glances(this.traces.overlapping(toNanos(window), mark), mark)
  }

  *glancesSince(mark: ArrivalMark): Iterable<TraceGlance> {
    yield* this.glances(this.traces.changedSince(mark), this.list.arrived)
  }

  countWithin(window: Interval): number {
    let count = 0
    for (const _trace of this.traces.overlapping(toNanos(window), this.list.arrived)) count += 1
    return count
  }

  *changedWithin(window: Interval, since: ArrivalMark, mark: ArrivalMark): Iterable<ChangedTrace> {
    const { rows } = this.traces
    const [from, until] = toNanos(window)
    // All of them at once, as their order changes while others come.
    const changed = Array.from(this.traces.changedSince(since))
    for (const trace of changed) {
      const isIn = this.traces.hasBegunBefore(trace, mark) && overlaps(rows, trace, from, until)
      const now = isIn ? viewOf(rows, trace, this.segments, mark) : undefined
      if (now !== undefined) yield { now, before: viewOf(rows, trace, this.segments, since) }
    }
  }

  *changedSince(mark: ArrivalMark): Iterable<Trace> {
    for (const trace of this.traces.changedSince(mark)) {
      const view = viewOf(this.traces.rows, trace, this.segments)
      if (view !== undefined) yield view
    }
  }

  private passing(nanos: Nanos, mark: ArrivalMark, test: SpanScreen | undefined): Iterable<TraceRef> {
    if (test === undefined) return this.traces.overlapping(nanos, mark)
    const screen = new TraceScreen(this.traces.rows, this.segments, test)
    return this.traces.overlapping(nanos, mark, (trace) => screen.passes(trace))
  }

  private *glances(traces: Iterable<TraceRef>, mark: ArrivalMark): Iterable<TraceGlance> {
    let glance: HeldGlance | undefined
    for (const trace of traces) {
      glance = glance?.moveTo(trace) ?? new HeldGlance(this.traces, this.segments, mark, trace)
      yield glance
    }
  }
}

/** The Unix nanoseconds of a window of time, of which the start is excluded. */
function toNanos({ start, end }: Interval): Nanos {
  return [toUnixNano(start) + 1n, toUnixNano(end)]
}
