import type { Clock } from '../../model/clock.js'
import type {
  Answer,
  FoundTrace,
  RangeQuestion,
  SearchQuestion,
  Series,
  SpanQuestion,
} from '../../model/question.js'
import type { Freshness, SpanSource } from '../../model/source.js'
import { SECOND_MS, type Interval } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceMatch } from '../../model/trace-match.js'
import type { Logger } from '../../telemetry/logger.js'
import type { Metrics } from '../../telemetry/metrics.js'
import type { Spans } from '../../telemetry/spans.js'
import type { Untraced } from '../../telemetry/untraced.js'
import { createTempoClient } from './client.js'
import type { TempoConfig } from './config.js'
import { decodeSearch } from './decode-search.js'
import { decodeSeries } from './decode-series.js'
import { AnswerTooLarge } from './errors.js'
import { createLargeTraces } from './large-traces.js'
import { createPages, type PageQuestion } from './page.js'
import { createLagProbe } from './probe.js'
import { mergeFound, toSpanSearch } from './search-spans.js'
import { spaceQuery } from './space-query.js'
import { searchSplitting, type SecondsWindow, type SplitAnswer } from './split-search.js'
import { askTraceById } from './trace-by-id.js'
import { lookUpTraces } from './whole-traces.js'

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
/** The promised poll asks for this many traces. */
const FIRST_LIMIT = 100
/** Further pages ask for more at once, as they are asked only where there is much. */
const NEXT_LIMIT = 1000
/** Larger answers are asked for in parts, as one is decoded in one go. */
const MAX_SERIES_BYTES = 8 * 1024 * 1024

/** A Grafana Tempo, or anything that answers its HTTP API, as a source of answers. */
export function createTempoSource(options: TempoSourceOptions): SpanSource & { close(): Promise<void> } {
  const { config, clock, logger } = options
  const client = createTempoClient(options)
  const probeLag = createLagProbe(client)
  const large = createLargeTraces()
  const longTimeoutMs = Math.max(LEAST_TIMEOUT_MS, config.queryTimeoutMs)
  const timeouts = { firstTimeoutMs: config.queryTimeoutMs, nextTimeoutMs: longTimeoutMs }
  const pagesOf = createPages({ client, logger, ...timeouts })
  const longPagesOf = createPages({ client, logger, ...timeouts, firstTimeoutMs: longTimeoutMs })

  function answer<T>(items: readonly T[], coverage: Interval, complete: boolean): Answer<T> {
    return { items, coverage, completeness: complete ? 'complete' : 'partial', asOf: clock.now() }
  }

  function answerSearch<T>({ found, complete, failure }: SplitAnswer<T>, window: Interval): Answer<T> {
    return { ...answer(found, window, complete), failure }
  }

  /** Reads an answer, and remembers which traces are large. */
  function noting<T>(decode: (body: unknown) => T): (body: unknown) => T {
    return (body) => {
      large.note(body)
      return decode(body)
    }
  }

  function spanPages(question: PageQuestion<FoundTrace>, signal: AbortSignal) {
    return longPagesOf({ ...question, decode: noting(question.decode) }, signal)
  }

  return {
    async search(question: SearchQuestion, signal): Promise<Answer<TraceMatch>> {
      const { query, window, budget, enough, pageSize = FIRST_LIMIT } = question
      const firstLimit = enough ?? pageSize
      const pages = {
        query: query && spaceQuery(query),
        firstLimit,
        nextLimit: Math.max(NEXT_LIMIT, firstLimit),
        decode: noting(decodeMatches),
      }
      const split = { budget, enough, merge: longer }
      const askPage = (pageSize > FIRST_LIMIT ? longPagesOf : pagesOf)(pages, signal)
      return answerSearch(await searchSplitting(toSeconds(window), split, askPage), window)
    },

    async queryRange({ query, window, stepMs }: RangeQuestion, signal): Promise<Answer<Series>> {
      const params = {
        q: spaceQuery(query),
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

    async searchSpans(question: SpanQuestion, signal): Promise<Answer<FoundTrace>> {
      const { window, budget } = question
      const pages = spanPages(toSpanSearch(question), signal)
      return answerSearch(
        await searchSplitting(toSeconds(window), { budget, merge: mergeFound }, pages),
        window,
      )
    },

    async wholeTraces({ window, ...question }, signal): Promise<Answer<Trace>> {
      const seconds = toSeconds(window)
      const { traces, complete } = await lookUpTraces(question, {
        ask: (some) => spanPages(some, signal)(seconds, true),
        askById: (id) => askTraceById(client, id, longTimeoutMs, signal),
        isLarge: (id) => large.has(id),
      })
      return answer(traces, window, complete)
    },

    async tracesInParts(window, limit, signal): Promise<Answer<TraceMatch>> {
      const decode = noting(decodeMatches)
      const question = { ...IN_PARTS, decode, firstLimit: limit + 1, nextLimit: limit + 1 }
      const page = await longPagesOf(question, signal)(toSeconds(window), true)
      const isComplete = page.found.size < page.limit && page.found.size <= limit
      return answer([...page.found.values()].slice(0, limit), window, isComplete)
    },

    freshness: async (at, signal): Promise<Freshness> =>
      options.lagMs === undefined ? probeLag(at, signal) : { lagMs: options.lagMs, known: true },

    close: () => client.close(),
  }
}

/**
 * A trace whose spans came in several parts has a span that no root leads to in all parts but one. Tempo finds these with
 * next to no work, as long as nothing else is asked of them.
 */
const IN_PARTS = { query: '{ nestedSetParent = 0 }', spansPerSet: 1 }

function decodeMatches(body: unknown): ReadonlyMap<string, TraceMatch> {
  return new Map(decodeSearch(body).map((match) => [match.traceId, match]))
}

/** A trace that grows between two pages is known by its longer part. */
function longer(one: TraceMatch, other: TraceMatch): TraceMatch {
  return other.durationMs > one.durationMs ? other : one
}

/** The smallest window of whole seconds that holds this one; at least a second, as Tempo refuses an empty one. */
function toSeconds({ start, end }: Interval): SecondsWindow {
  const from = Math.floor(start / SECOND_MS)
  return { start: from, end: Math.max(Math.ceil(end / SECOND_MS), from + 1) }
}
