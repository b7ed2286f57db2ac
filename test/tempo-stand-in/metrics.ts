import type { Timestamp } from '../../src/model/time.js'
import { type Answer, jsonAnswer, textAnswer } from './answer.js'
import type { Block } from './live-store.js'
import { type Counted, countSpans, type MetricsOptions } from './metrics-count.js'
import { instantSeries, rangeSeries } from './metrics-series.js'
import { instantWindow, rangeWindow } from './metrics-window.js'
import { type MetricsStage, parseTraceQl, type TraceQl } from './traceql.js'

/** Answers `/api/metrics/query_range`. */
export function answerRange(
  params: URLSearchParams,
  blocks: readonly Block[],
  now: Timestamp,
  options: MetricsOptions,
): Answer {
  const window = rangeWindow(params, now, options.queryEndCutoffMs)
  if ('error' in window) return textAnswer(400, window.error)
  const query = parseMetricsQuery(params)
  if ('error' in query) return textAnswer(400, query.error.replace(/^compiling query: /, ''))
  const wanted = Number(params.get('exemplars') ?? 0) || MAX_EXEMPLARS
  const exemplars = query.query.hints.get('exemplars') === 'false' ? 0 : Math.min(wanted, MAX_EXEMPLARS)
  const request = { ...query, window: window.value, exemplars }
  const counted = countSpans(request, blocks, now, options)
  return jsonAnswer({
    series: counted.series.map((series) => rangeSeries(series, request)),
    ...tail(counted, options),
  })
}

/** Answers `/api/metrics/query`. */
export function answerInstant(
  params: URLSearchParams,
  blocks: readonly Block[],
  now: Timestamp,
  options: MetricsOptions,
): Answer {
  const query = parseMetricsQuery(params)
  const window = instantWindow(params, now, options.queryEndCutoffMs)
  if ('error' in window) return textAnswer(400, window.error)
  if ('error' in query) return textAnswer(400, query.error)
  const request = { ...query, window: window.value, exemplars: 0 }
  const counted = countSpans(request, blocks, now, options)
  const series = counted.series.map((one) => instantSeries(one, request))
  return jsonAnswer({ ...(series.length > 0 && { series }), ...tail(counted, options) })
}

const MAX_EXEMPLARS = 100

function parseMetricsQuery(
  params: URLSearchParams,
): { readonly query: TraceQl; readonly stage: MetricsStage } | { readonly error: string } {
  const query = parseTraceQl(params.get('q') ?? params.get('query') ?? '')
  if ('error' in query) return { error: `compiling query: ${query.error}` }
  if (!query.metrics) return { error: 'not a metrics query' }
  return { query, stage: query.metrics }
}

function tail(counted: Counted, { maxResponseSeries }: MetricsOptions): Readonly<Record<string, unknown>> {
  const metrics = {
    ...(counted.inspected > 0 && { inspectedBytes: String(counted.inspected * 512) }),
    completedJobs: 1,
    totalJobs: 1,
  }
  if (!counted.partial) return { metrics }
  const message = `Response exceeds maximum series limit of ${maxResponseSeries}, a partial response is returned. Warning: the accuracy of each individual value is not guaranteed.`
  return { metrics, status: 'PARTIAL', message }
}
