import type { RuleGroup } from '../model/alerting-rule.js'
import type { Span } from '../model/span.js'
import type { Timestamp } from '../model/time.js'
import type { TraceId } from '../model/trace-id.js'
import { LATENESS_MS } from '../traces-here.js'
import { endOf } from './ahead-spans.js'

/** More are not told apart. */
export const MOST_LATE_TRACES = 100_000

/** Counts traces that came so late that there is a rule which did not count them. */
export interface LateTraces {
  note(spans: readonly Span[], at: Timestamp): void
  /** No more than `MOST_LATE_TRACES`. */
  count(): number
}

/** `lagAt` is how far before an evaluation windows end. */
export function createLateTraces(groups: readonly RuleGroup[], lagAt: (at: Timestamp) => number): LateTraces {
  const rules = groups.flatMap((group) => group.rules)
  const shortestMs = Math.min(...rules.map(({ windowMs, queryOffsetMs }) => windowMs + queryOffsetMs))
  const late = new Set<TraceId>()

  function reachAt(at: Timestamp): number {
    const lagMs = lagAt(at)
    return Math.min(...rules.map(({ windowMs, queryOffsetMs }) => windowMs + Math.max(queryOffsetMs, lagMs)))
  }

  return {
    note: (spans, at) => {
      const early = spans.filter((span) => endOf(span) < at - LATENESS_MS - shortestMs)
      if (early.length === 0) return
      const seenFrom = at - LATENESS_MS - reachAt(at)
      for (const span of early) {
        if (endOf(span) < seenFrom && late.size < MOST_LATE_TRACES) late.add(span.traceId)
      }
    },
    count: () => late.size,
  }
}

/** What is to be told of them, in a sentence; undefined where there are none. */
export function describeLate(count: number): string | undefined {
  if (count === 0) return undefined
  const counted = count < MOST_LATE_TRACES ? String(count) : `${count} or more`
  const [traces, were] = count === 1 ? ['trace', 'was'] : ['traces', 'were']
  return `${counted} ${traces} came more than 5 min late for a window and ${were} not counted in it`
}
