import type { Answer, SearchQuestion } from '../model/question.js'
import type { Source } from '../model/source.js'
import type { Interval, Timestamp } from '../model/time.js'
import type { TraceId } from '../model/trace-id.js'
import type { TraceMatch } from '../model/trace-match.js'
import type { FreshnessMeter } from './freshness-meter.js'

/** Queries that are followed, and traces of one answer that are remembered. */
const MOST_QUERIES = 16
const MOST_TRACES = 50_000

/** What a query found last. */
interface LastAnswer {
  readonly window: Interval
  readonly traceIds: ReadonlySet<TraceId>
}

/**
 * The same source, whose lag is also measured, and is never below what the source tells. Where a search that is asked
 * again and again, each time up to the present, shows a trace that it did not show the last time although the trace had
 * ended by then, the trace came at least so much later than its end. Answers that are not complete say nothing.
 */
export function createMeasuredSource<S extends Source>(source: S, meter: FreshnessMeter): S {
  const last = new Map<string, LastAnswer>()

  function note({ query = '', window }: SearchQuestion, answer: Answer<TraceMatch>): void {
    if (answer.completeness !== 'complete' || answer.failure !== undefined) return
    const before = last.get(query)
    if (before === undefined ? last.size >= MOST_QUERIES : window.end <= before.window.end) return
    last.set(query, {
      window,
      traceIds: new Set(answer.items.slice(0, MOST_TRACES).map((each) => each.traceId)),
    })
    if (before === undefined || before.traceIds.size === MOST_TRACES) return
    for (const match of answer.items) observe(match, before, window.end)
  }

  function observe(match: TraceMatch, before: LastAnswer, at: Timestamp): void {
    if (match.start === undefined || before.traceIds.has(match.traceId)) return
    const end = match.start + match.durationMs
    // Of what the last search did not cover nobody knows whether it was there.
    if (end >= before.window.start) meter.observe(Math.max(0, before.window.end - end), at)
  }

  return {
    ...source,
    async search(question, signal) {
      const answer = await source.search(question, signal)
      note(question, answer)
      return answer
    },
    async freshness(at, signal) {
      const told = await source.freshness(at, signal)
      return { ...told, lagMs: Math.max(told.lagMs, meter.freshness(at).lagMs) }
    },
  }
}
