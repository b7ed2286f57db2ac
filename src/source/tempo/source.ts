import type { Clock } from '../../model/clock.js'
import type { Answer, RangeQuestion, SearchQuestion, Series } from '../../model/question.js'
import type { Freshness, Source } from '../../model/source.js'
import { SECOND_MS, type Interval } from '../../model/time.js'
import type { TraceMatch } from '../../model/trace-match.js'
import type { Logger } from '../../telemetry/logger.js'
import type { Metrics } from '../../telemetry/metrics.js'
import type { Spans } from '../../telemetry/spans.js'
import type { Untraced } from '../../telemetry/untraced.js'
import { createTempoClient } from './client.js'
import type { TempoConfig } from './config.js'
import { decodeSeries } from './decode-series.js'
import { AnswerTooLarge } from './errors.js'
import { createPages } from './page.js'
import { createLagProbe } from './probe.js'
import { searchSplitting, type SecondsWindow } from './split-search.js'

export interface TempoSourceOptions {
  readonly config: TempoConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'queryDuration'>
  readonly spans: Spans
  readonly untraced: Untraced
  /** Whether a request under way keeps a process alive that has nothing else to do; true by default. */
  readonly keepAlive?: boolean | undefined
  /** The lag, where it is known beforehand; else Tempo is asked for it. */
  readonly lagMs?: number | undefined
}

/** Queries beyond the two promised polls have at least this much time. */
const LEAST_TIMEOUT_MS = 2000
/** Larger answers are asked for in parts, as one is decoded in one go. */
const MAX_SERIES_BYTES = 8 * 1024 * 1024

/** A Grafana Tempo, or anything that answers its HTTP API, as a source of answers. */
export function createTempoSource(options: TempoSourceOptions): Source & { close(): Promise<void> } {
  const { config, clock, logger } = options
  const client = createTempoClient(options)
  const probeLag = createLagProbe(client)
  const longTimeoutMs = Math.max(LEAST_TIMEOUT_MS, config.queryTimeoutMs)
  const pagesOf = createPages({
    client,
    logger,
    firstTimeoutMs: config.queryTimeoutMs,
    nextTimeoutMs: longTimeoutMs,
  })

  function answer<T>(items: readonly T[], coverage: Interval, complete: boolean): Answer<T> {
    return { items, coverage, completeness: complete ? 'complete' : 'partial', asOf: clock.now() }
  }

  return {
    async search({ query, window, budget }: SearchQuestion, signal): Promise<Answer<TraceMatch>> {
      const found = await searchSplitting(toSeconds(window), budget, pagesOf(query, signal))
      return { ...answer(found.matches, window, found.complete), failure: found.failure }
    },

    async queryRange({ query, window, stepMs }: RangeQuestion, signal): Promise<Answer<Series>> {
      const params = {
        q: query,
        start: window.start / SECOND_MS,
        end: window.end / SECOND_MS,
        step: `${stepMs / SECOND_MS}s`,
      }
      const path = '/api/metrics/query_range'
      try {
        const ask = { path, params, timeoutMs: longTimeoutMs, maxBytes: MAX_SERIES_BYTES }
        const { series, partial } = decodeSeries(await client.json(ask, signal), window)
        return answer(series, window, !partial)
      } catch (error) {
        if (error instanceof AnswerTooLarge) return answer([], window, false)
        throw error
      }
    },

    freshness: async (at, signal): Promise<Freshness> =>
      options.lagMs === undefined ? probeLag(at, signal) : { lagMs: options.lagMs, known: true },

    close: () => client.close(),
  }
}

/** The smallest window of whole seconds that holds this one; at least a second, as Tempo refuses an empty one. */
function toSeconds({ start, end }: Interval): SecondsWindow {
  const from = Math.floor(start / SECOND_MS)
  return { start: from, end: Math.max(Math.ceil(end / SECOND_MS), from + 1) }
}
