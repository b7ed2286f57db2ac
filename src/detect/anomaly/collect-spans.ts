import type { ArrivalMark, LocalTraces } from '../../model/local-traces.js'
import type { Span } from '../../model/span.js'
import type { Interval } from '../../model/time.js'
import type { TraceId } from '../../model/trace-id.js'
import { hasFailed } from './facts/failure.js'
import { durationMs } from './facts/own-time.js'
import { serviceOf } from './facts/service-of.js'
import type { Unusual } from './unusual.js'

/** Traces that are looked through, and spans that are kept of each kind. */
const MOST_TRACES = 3000
const MOST_SPANS = 400

/** Spans of one operation, told apart by whether they are unlike normal. */
export interface ComparedSpans {
  readonly bad: readonly Span[]
  readonly good: readonly Span[]
}

/** Collects the spans of an operation that is unlike normal, from the traces of a stretch of time. */
export function collectSpans(
  each: Unusual,
  traces: Pick<LocalTraces, 'within'>,
  window: Interval,
  mark: ArrivalMark,
  normalize: (text: string) => string,
): ComparedSpans {
  const bad: Span[] = []
  const good: Span[] = []
  const isBad = badTest(each)
  let looked = 0
  for (const { spans } of traces.within(window, mark)) {
    for (const span of spans) {
      if (!isOf(span, each, normalize)) continue
      const kept = isBad(span) ? bad : good
      if (kept.length < MOST_SPANS) kept.push(span)
    }
    looked += 1
    if (looked === MOST_TRACES) break
  }
  return { bad, good }
}

function isOf(span: Span, { operation: { id } }: Unusual, normalize: (text: string) => string): boolean {
  return span.kind === id.kind && serviceOf(span.resource) === id.service && normalize(span.name) === id.name
}

function badTest({ kind, judgement: { usual, found, traceIds } }: Unusual): (span: Span) => boolean {
  if (kind === 'error' || kind === 'exception') return hasFailed
  const isIn = new Set<TraceId>(traceIds)
  // Half-way between what is usual and what was found: the traces of some outliers only are remembered.
  if (kind === 'time' || kind === 'gap') {
    return (span) => isIn.has(span.traceId) || durationMs(span) >= (usual + found) / 2
  }
  return ({ traceId }) => isIn.has(traceId)
}
