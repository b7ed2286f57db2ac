import type { Span } from '../../model/span.js'
import type { Timestamp } from '../../model/time.js'

/** The spans of one trace, or of several that come together, with the moment at which they arrive. */
export interface ArrivingTrace {
  readonly at: Timestamp
  readonly spans: readonly Span[]
}

/** Spans that a test writes down once, and that may come several times. Their first one starts at nanosecond 0. */
export interface TraceTemplate {
  readonly spans: readonly Span[]
  /** Whether ids are made up, so that each time has ids of its own; else those of the first time are kept. */
  readonly hasOwnIds: boolean
}

const NANOS_PER_MILLI = 1_000_000n

/** Makes up trace ids: the same in every run. */
export interface IdMaker {
  next(): string
}

export function createIdMaker(): IdMaker {
  let count = 0
  return {
    next: () => {
      count += 1
      return `5e57${count.toString(16).padStart(28, '0')}`
    },
  }
}

/** The template as it comes at a moment, `lateMs` after each of its traces has ended. */
export function placeTemplate(
  { spans }: TraceTemplate,
  start: Timestamp,
  lateMs: number,
  renameTrace: (traceId: string) => string,
): readonly ArrivingTrace[] {
  const shift = BigInt(start) * NANOS_PER_MILLI
  const byTrace = new Map<string, Span[]>()
  for (const span of spans) {
    const moved = moveSpan(span, shift, renameTrace)
    const known = byTrace.get(moved.traceId)
    if (known === undefined) byTrace.set(moved.traceId, [moved])
    else known.push(moved)
  }
  return Array.from(byTrace.values(), (trace) => ({ at: latestEnd(trace) + lateMs, spans: trace }))
}

function moveSpan(span: Span, shift: bigint, renameTrace: (traceId: string) => string): Span {
  return {
    ...span,
    traceId: renameTrace(span.traceId),
    startTimeUnixNano: span.startTimeUnixNano + shift,
    endTimeUnixNano: span.endTimeUnixNano + shift,
    events: span.events.map((event) => ({ ...event, timeUnixNano: event.timeUnixNano + shift })),
  }
}

function latestEnd(spans: readonly Span[]): Timestamp {
  const last = spans.reduce((end, { endTimeUnixNano }) => (endTimeUnixNano > end ? endTimeUnixNano : end), 0n)
  return Math.ceil(Number(last) / Number(NANOS_PER_MILLI))
}
