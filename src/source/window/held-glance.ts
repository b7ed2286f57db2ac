import type { ArrivalMark } from '../../model/local-traces.js'
import { toUnixNano, type Interval } from '../../model/time.js'
import type { Span } from '../../model/span.js'
import { findExtent, findRoot, hasUsableIds, type Trace } from '../../model/trace.js'
import { type TraceGlance, type VisitSpan } from '../../model/trace-glance.js'
import type { TraceId } from '../../model/trace-id.js'
import { SPAN_FLAG } from '../../otlp/span-scanner.js'
import { HeldSpan } from './held-span.js'
import { HeldTraceId } from './held-trace-id.js'
import type { HeldTraces } from './held-traces.js'
import { indexOf, NO_ROW, placeOf, ROW_WORDS, WORD } from './row.js'
import { durationNanoOf, standsAlone, startNanoOf, traitsOf } from './row-traits.js'
import type { Segment } from './segment.js'
import type { Segments } from './span-ids.js'
import { overlaps } from './start-order.js'
import { TRACE, type TraceRef } from './trace-rows.js'
import { forEachRow, viewOf } from './trace-view.js'

/** The ids of more spans are put into a table to find those that are alike. */
const MOST_COMPARED = 32
const MAY_HAVE_LINKS = SPAN_FLAG.links | SPAN_FLAG.irregular

/** Looks at one trace of the window after another, as they were at a mark, with one object for all spans. */
export class HeldGlance implements TraceGlance {
  private span: HeldSpan | undefined
  private id: HeldTraceId | undefined
  private readonly ids: number[] = []
  /** Tells the id of the trace that is looked at now. */
  private readonly owner: { readonly traceId: TraceId }

  constructor(
    private readonly traces: HeldTraces,
    private readonly segments: Segments,
    private readonly until: ArrivalMark,
    private held: TraceRef,
  ) {
    const findId = (): TraceId => this.heldId().traceId
    this.owner = {
      get traceId() {
        return findId()
      },
    }
  }

  moveTo(held: TraceRef): this {
    this.held = held
    this.id = undefined
    return this
  }

  eachSpan(visit: VisitSpan): void {
    const { segments, until } = this
    for (let ref = this.word(TRACE.first); ref !== NO_ROW;) {
      const segment = segments[placeOf(ref)]
      const index = indexOf(ref)
      if (segment === undefined || segment.firstRow + index >= until) return
      if (this.span === undefined) this.span = new HeldSpan(this.owner, segment, index)
      else this.span.moveTo(segment, index)
      const { rows } = segment
      const base = index * ROW_WORDS
      const layout = segment.shapes[(rows[base + WORD.kindStatusFlagsShape] ?? 0) >>> 16]
      visit(this.span, startNanoOf(rows, base), durationNanoOf(rows, base), traitsOf(rows, base), layout)
      ref = rows[base + WORD.next] ?? NO_ROW
    }
  }

  overlaps({ start, end }: Interval): boolean {
    return overlaps(this.traces.rows, this.held, toUnixNano(start) + 1n, toUnixNano(end))
  }

  root(): Span | undefined {
    let root: Span | undefined
    let isUnsure = false
    this.eachRow((segment, index) => {
      const base = index * ROW_WORDS
      if (!standsAlone(segment.rows, base)) return
      // What its links say of a parent is for others to tell.
      isUnsure ||= (((segment.rows[base + WORD.kindStatusFlagsShape] ?? 0) >>> 8) & MAY_HAVE_LINKS) !== 0
      root = new HeldSpan(this.heldId(), segment, index)
    })
    return isUnsure ? findRoot(this.trace()) : root
  }

  hasUsableIds(): boolean {
    const { ids } = this
    if (this.word(TRACE.spanCount) > MOST_COMPARED) return hasUsableIds(this.trace())
    ids.length = 0
    this.eachRow(({ rows }, index) => {
      const base = index * ROW_WORDS
      ids.push(rows[base + WORD.spanIdHigh] ?? 0, rows[base + WORD.spanIdLow] ?? 0)
    })
    return !hasThreeAlike(ids)
  }

  durationNano(): bigint {
    if (!this.traces.isAsAt(this.held, this.until)) return durationOf(this.trace())
    return this.nanos(TRACE.end) - this.nanos(TRACE.start)
  }

  trace(): Trace {
    const view = viewOf(this.traces.rows, this.held, this.segments, this.until)
    return view ?? { traceId: this.heldId().traceId, spans: [] }
  }

  private eachRow(visit: (segment: Segment, index: number) => void): void {
    const { until } = this
    forEachRow(this.traces.rows, this.held, this.segments, (segment, index) => {
      if (segment.firstRow + index >= until) return true
      visit(segment, index)
    })
  }

  private heldId(): HeldTraceId {
    this.id ??= new HeldTraceId(this.traces.rows, this.held)
    return this.id
  }

  private word(word: number): number {
    return this.traces.rows.get(this.held, word)
  }

  private nanos(word: number): bigint {
    return (BigInt(this.word(word + 1) >>> 0) << 32n) | BigInt(this.word(word) >>> 0)
  }
}

/** Whether an id, given as two words, stands there three times. */
function hasThreeAlike(ids: readonly number[]): boolean {
  for (let first = 0; first < ids.length; first += 2) {
    let alike = 1
    for (let other = first + 2; other < ids.length; other += 2) {
      if (ids[first + 1] === ids[other + 1] && ids[first] === ids[other]) alike += 1
    }
    if (alike > 2) return true
  }
  return false
}

function durationOf(trace: Trace): bigint {
  const { start, end } = findExtent(trace)
  return end - start
}
