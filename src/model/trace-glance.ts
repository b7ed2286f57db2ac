import { SPAN_KINDS, STATUS_CODES, type Span, type SpanKind, type StatusCode } from './span.js'
import { toUnixNano, type Interval } from './time.js'
import { findExtent, findRoot, hasUsableIds, type Trace } from './trace.js'

/** What spans of one name and with the same keys of attributes have in common: for all of them it is mostly the same object. */
export interface SpanLayout {
  /** Whether they have an attribute of their own with this key. */
  has(key: string): boolean
}

/**
 * Is shown a span, which is only good for the call, with its start in Unix nanoseconds as far as a float tells it, which is
 * within a microsecond, its duration in nanoseconds, its kind, the code of its status and whether it has a parent as
 * `toTraits` numbers them, and its layout, where it is known.
 */
export type VisitSpan = (
  span: Span,
  startNano: number,
  durationNano: number,
  traits: number,
  layout: SpanLayout | undefined,
) => void

const KINDS: ReadonlyMap<SpanKind, number> = new Map(SPAN_KINDS.map((kind, index) => [kind, index]))
const STATUSES: ReadonlyMap<StatusCode, number> = new Map(
  STATUS_CODES.map((code, index) => [code, index << 4]),
)

/** That a span has no parent. */
export const PARENTLESS = 0x100

/**
 * What spans have few of, in one number: OTLP's number of the kind in the lowest four bits, that of the status in the next
 * four, and `PARENTLESS`.
 */
export function toTraits({ kind, status, parentSpanId }: Span): number {
  const root = parentSpanId === undefined ? PARENTLESS : 0
  return (KINDS.get(kind) ?? 0) | (STATUSES.get(status.code) ?? 0) | root
}

/** A trace that is looked at before it is made ready. It is only good until the next one is asked for. */
export interface TraceGlance {
  /** Shows its spans, in the order in which the trace has them. */
  eachSpan(visit: VisitSpan): void
  /** Whether it overlaps a window of time, start excluded, end included. */
  overlaps(window: Interval): boolean
  /** As `findRoot` tells it. What is answered stays good. */
  root(): Span | undefined
  /** As `hasUsableIds` tells it. */
  hasUsableIds(): boolean
  /** From the first start of a span to the last end of one, in nanoseconds. */
  durationNano(): bigint
  /** Makes it ready. What is answered stays good. */
  trace(): Trace
}

/** A glance at a trace that is ready. */
export function glanceAt(trace: Trace): TraceGlance {
  return {
    eachSpan: (visit) => {
      for (const span of trace.spans) {
        const { startTimeUnixNano: start, endTimeUnixNano: end } = span
        visit(span, Number(start), Number(end - start), toTraits(span), undefined)
      }
    },
    overlaps: (window) => {
      const { start, end } = findExtent(trace)
      return start <= toUnixNano(window.end) && end > toUnixNano(window.start)
    },
    root: () => findRoot(trace),
    hasUsableIds: () => hasUsableIds(trace),
    durationNano: () => {
      const { start, end } = findExtent(trace)
      return end - start
    },
    trace: () => trace,
  }
}
