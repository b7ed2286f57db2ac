import type { Interval } from '../../model/time.js'
import type { TraceId } from '../../model/trace-id.js'
import type { MetricsAnswer, MetricsLimits, MetricsWindow } from '../../traceql/index.js'
import { ApiError } from './api-error.js'
import { encodeInstantSeries, encodeRangeSeries } from './encode-series.js'
import type { MetricsRequest } from './metrics-request.js'
import { INSTANT_WORDS, RANGE_WORDS, withQueryErrors, type QueryErrorWords } from './query-error.js'
import type { MetricsQuery, QueryLanguage } from './query-language.js'
import type { TraceSource } from './trace-source.js'

/**
 * Numbers that a query may hold, so that an answer stays below about 10 MB. Ten thousand series of twenty-five samples fit;
 * beyond them series are missing, and the answer says so.
 */
const MAX_CELLS = 250_000

/** The body of the answer to a range query. Throws `ApiError` for a query that is wrong, or fails on the data. */
export function answerRange(request: MetricsRequest, traces: TraceSource, language: QueryLanguage) {
  const { query, answer, inspected } = evaluate(request, traces, language, RANGE_WORDS)
  const options = { maxExemplars: request.maxExemplars, measures: query.measures }
  return { series: encodeRangeSeries(answer.series, options), ...closing(answer, inspected) }
}

/** The body of the answer to an instant query. Throws as `answerRange` does. */
export function answerInstant(request: MetricsRequest, traces: TraceSource, language: QueryLanguage) {
  const { answer, inspected } = evaluate(request, traces, language, INSTANT_WORDS)
  const series = encodeInstantSeries(answer.series)
  return { series: series.length === 0 ? undefined : series, ...closing(answer, inspected) }
}

function evaluate(
  { query: text, window, maxExemplars }: MetricsRequest,
  traces: TraceSource,
  language: QueryLanguage,
  words: QueryErrorWords,
) {
  const query = withQueryErrors(words, () => language.compileMetrics(text))
  if (query === undefined) throw new ApiError(400, 'not a metrics query')
  const accumulator = query.start(window, limitsOf(query, maxExemplars))
  // Ids only: what is read of a trace is kept with it, and must go before the next one is read.
  const candidates = Array.from(traces.overlapping(scannedInterval(window)), ({ traceId }) => traceId)
  withQueryErrors(words, () => {
    for (const id of spreadOut(candidates)) {
      const trace = traces.get(id)
      if (trace !== undefined) accumulator.add(trace)
    }
  })
  return { query, answer: accumulator.answer(), inspected: candidates.length }
}

/** About as many exemplars as an answer shows. */
const STRIDES = 100

/** The traces in an order in which the first come from all over, as those that match first become the exemplars. */
function spreadOut(traces: readonly TraceId[]): readonly TraceId[] {
  const passes = Math.ceil(traces.length / STRIDES)
  const spread: TraceId[] = []
  for (let pass = 0; pass < passes; pass += 1) {
    for (let index = pass; index < traces.length; index += passes) {
      const trace = traces[index]
      if (trace) spread.push(trace)
    }
  }
  return spread
}

/** What the query itself says of exemplars goes before what the request says. */
function limitsOf(query: MetricsQuery, maxExemplars: number): Partial<MetricsLimits> {
  if (maxExemplars > 0 && query.limitsExemplars) return { maxCells: MAX_CELLS }
  return { maxCells: MAX_CELLS, maxExemplars }
}

/** A range is moved outward to whole steps, and has one more on the left. */
function scannedInterval(window: MetricsWindow): Interval {
  const { start, end } = window
  return window.mode === 'instant'
    ? { start, end }
    : { start: start - 2 * window.stepMs, end: end + window.stepMs }
}

function closing({ truncated }: MetricsAnswer, inspected: number) {
  const metrics = { inspectedTraces: inspected || undefined, completedJobs: 1, totalJobs: 1 }
  if (!truncated) return { metrics }
  const message = `Response exceeds the limit of ${MAX_CELLS} samples, a partial response is returned: series are missing.`
  return { metrics, status: 'PARTIAL', message }
}
