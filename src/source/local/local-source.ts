import type { Clock } from '../../model/clock.js'
import type { LocalTraces } from '../../model/local-traces.js'
import type { Answer, RangeQuestion, SearchQuestion, Series } from '../../model/question.js'
import type { Freshness, Source } from '../../model/source.js'
import { toUnixNano, type Interval, type Timestamp } from '../../model/time.js'
import { toTraceMatch } from '../../model/to-trace-match.js'
import type { TraceMatch } from '../../model/trace-match.js'
import { findExtent, type Trace } from '../../model/trace.js'
import type { MetricSeries } from '../../traceql/index.js'
import { compileQuery, type QueryProgram } from './compile-query.js'
import { withQueryErrors } from './query-errors.js'

export interface LocalSourceOptions {
  readonly traces: LocalTraces
  readonly freshness: (at: Timestamp) => Freshness
  readonly clock: Pick<Clock, 'now'>
  /** When receiving began: what is asked about the time before is answered completely, as there was nothing to receive. */
  readonly begunAt?: Timestamp | undefined
}

/** Answers questions about traces that are held in this process, by our own TraceQL. */
export function createLocalSource({ traces, freshness, clock, begunAt }: LocalSourceOptions): Source {
  function answer<T>(items: readonly T[], coverage: Interval, isCut: boolean): Answer<T> {
    const since = traces.completeSince()
    const isComplete = !isCut && (since <= coverage.start || since === begunAt)
    return { items, coverage, completeness: isComplete ? 'complete' : 'partial', asOf: clock.now() }
  }

  function search({ query, window }: SearchQuestion): Answer<TraceMatch> {
    const program = query === undefined ? undefined : compileQuery(query, 'search')
    const found: TraceMatch[] = []
    for (const trace of overlapping(traces, window, program)) {
      if (program === undefined || program.evaluate(trace).length > 0) found.push(toTraceMatch(trace))
    }
    return answer(found, window, false)
  }

  function queryRange({ query, window, stepMs }: RangeQuestion): Answer<Series> {
    const accumulator = compileQuery(query, 'metrics').start({ mode: 'range', ...window, stepMs })
    // The first step is a whole one, which may begin before the window.
    const asked = { start: window.start - 2 * stepMs, end: window.end + stepMs }
    for (const trace of traces.within(asked, traces.mark())) accumulator.add(trace)
    const { series, truncated } = accumulator.answer()
    return answer(
      series.map((one) => toSeries(one, window)),
      window,
      truncated,
    )
  }

  return {
    search: async (question, signal) => withQueryErrors(() => search(question), signal),
    queryRange: async (question, signal) => withQueryErrors(() => queryRange(question), signal),
    freshness: async (at) => freshness(at),
  }
}

/** The traces that overlap an interval, both ends included. */
function* overlapping(
  traces: LocalTraces,
  { start, end }: Interval,
  program: QueryProgram<'search'> | undefined,
): Iterable<Trace> {
  for (const trace of traces.within({ start: start - 1, end }, traces.mark(), program?.mayMatch)) {
    if (findExtent(trace).end >= toUnixNano(start)) yield trace
  }
}

function toSeries({ labels, samples }: MetricSeries, { start, end }: Interval): Series {
  return {
    labels: new Map(Array.from(labels, ([name, value]) => [name, String(value)])),
    samples: samples.filter(({ at }) => at > start && at <= end),
  }
}
