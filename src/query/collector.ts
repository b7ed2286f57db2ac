import { compareNanos } from '../api/tempo/compare-nanos.js'
import { encodeQueryMatch } from '../api/tempo/encode-match.js'
import { encodeInstantSeries, encodeRangeSeries } from '../api/tempo/encode-series.js'
import { summarize } from '../api/tempo/summarize.js'
import { QUERY_LANGUAGE } from '../embedded-queries.js'
import { toUnixNano, type Interval } from '../model/time.js'
import type { Trace } from '../model/trace.js'
import { QueryError } from './query-error.js'
import type { QueryRequest } from './query-request.js'
import type { MetricsWindow } from '../traceql/index.js'

/** Takes traces one by one, and makes of them the answer that Tempo's HTTP API would give. */
export interface QueryCollector {
  /** Throws a `TraceqlError` of stage `evaluation` for a trace that the query fails on. */
  add(trace: Trace): void
  answer(): CollectedAnswer
}

export interface CollectedAnswer {
  readonly body: object
  /** How many traces match, with those that the limit left out; undefined for metrics. */
  readonly matchingTraces?: number
  /** What the limits of the engine left out. */
  readonly truncated?: string | undefined
}

/** Throws a `TraceqlError` for a query that is not done here, and a `QueryError` for a step that is too short. */
export function createCollector(request: QueryRequest, window: Interval): QueryCollector {
  return request.kind === 'search'
    ? createSearchCollector(request, window)
    : createSeriesCollector(request, window)
}

/** As many as Tempo shows where the request does not say. */
const SPANS_PER_SPANSET = 3
const MAX_EXEMPLARS = 100

function createSearchCollector({ query, limit }: QueryRequest, { start, end }: Interval): QueryCollector {
  const search = QUERY_LANGUAGE.compileSearch(query)
  const newest = createNewest(limit)
  const [from, until] = [toUnixNano(start), toUnixNano(end)]
  let inspected = 0
  let matching = 0

  return {
    add: (trace) => {
      const summary = summarize(trace)
      if (summary.startTimeUnixNano > until || latestEnd(trace) < from) return
      inspected += 1
      const spansets = search(trace)
      if (spansets.length === 0) return
      matching += 1
      const { startTimeUnixNano } = summary
      newest.offer(startTimeUnixNano, () =>
        encodeQueryMatch(summary, spansets, search.needs, SPANS_PER_SPANSET),
      )
    },
    answer: () => ({
      body: { traces: newest.items(), metrics: closing(inspected) },
      matchingTraces: matching,
    }),
  }
}

function latestEnd({ spans }: Trace): bigint {
  return spans.reduce((end, span) => (span.endTimeUnixNano > end ? span.endTimeUnixNano : end), 0n)
}

/** Keeps the `count` newest of what it is offered; an item is made only where it may be kept. */
function createNewest(count: number) {
  let kept: { readonly at: bigint; readonly item: unknown }[] = []
  let oldest: bigint | undefined

  function cut(): void {
    kept = kept.toSorted((a, b) => compareNanos(b.at, a.at)).slice(0, count)
    oldest = kept.length === count ? kept.at(-1)?.at : undefined
  }

  return {
    offer: (at: bigint, make: () => unknown): void => {
      if (oldest !== undefined && at <= oldest) return
      kept.push({ at, item: make() })
      if (kept.length >= 2 * count) cut()
    },
    items: (): readonly unknown[] => {
      cut()
      return kept.map(({ item }) => item)
    },
  }
}

function createSeriesCollector(request: QueryRequest, interval: Interval): QueryCollector {
  const query = QUERY_LANGUAGE.compileMetrics(request.query)
  if (query === undefined) throw new QueryError('input', 'the query is a search, not a metrics query')
  const maxExemplars = request.kind === 'range' ? MAX_EXEMPLARS : 0
  const accumulator = withinReason(() =>
    query.start(
      toMetricsWindow(request, interval),
      query.limitsExemplars && maxExemplars > 0 ? {} : { maxExemplars },
    ),
  )
  let inspected = 0

  return {
    add: (trace) => {
      inspected += 1
      accumulator.add(trace)
    },
    answer: () => {
      const { series, truncated } = accumulator.answer()
      const encoded =
        request.kind === 'range'
          ? encodeRangeSeries(series, { maxExemplars, measures: query.measures })
          : encodeInstantSeries(series)
      const partial = truncated ? 'the answer has too many series; some are missing' : undefined
      return { body: { series: encoded, metrics: closing(inspected) }, truncated: partial }
    },
  }
}

function toMetricsWindow({ kind, stepMs }: QueryRequest, { start, end }: Interval): MetricsWindow {
  if (kind !== 'range') return { mode: 'instant', start, end }
  return { mode: 'range', start, end, stepMs: stepMs ?? QUERY_LANGUAGE.defaultStepMs(start, end) }
}

/** A window with too many steps is the user's fault. */
function withinReason<T>(start: () => T): T {
  try {
    return start()
  } catch (error) {
    if (error instanceof RangeError) throw new QueryError('input', error.message, { cause: error })
    throw error
  }
}

function closing(inspected: number) {
  return { inspectedTraces: inspected || undefined, completedJobs: 1, totalJobs: 1 }
}
