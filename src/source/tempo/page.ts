import { SourceError } from '../../model/source-error.js'
import type { TraceId } from '../../model/trace-id.js'
import type { Logger } from '../../telemetry/logger.js'
import type { TempoClient } from './client.js'
import { AnswerTooLarge, brokenAnswer } from './errors.js'
import type { AskPage } from './split-search.js'

const MAX_BYTES = 32 * 1024 * 1024

export interface PageOptions {
  readonly client: TempoClient
  readonly logger: Logger
  readonly firstTimeoutMs: number
  readonly nextTimeoutMs: number
}

/** A search, and how its pages are read. */
export interface PageQuestion<T> {
  /** TraceQL; undefined asks for every trace. */
  readonly query: string | undefined
  /** How many traces the first page may hold, and how many each further one, which is asked for only where there is much. */
  readonly firstLimit: number
  readonly nextLimit: number
  /** How many spans of each span set are told; undefined for Tempo's default. */
  readonly spansPerSet?: number | undefined
  /** Reads the traces in the body of an answer. */
  readonly decode: (body: unknown) => ReadonlyMap<TraceId, T>
}

export type Pages = <T>(question: PageQuestion<T>, signal: AbortSignal) => AskPage<T>

/**
 * Makes the function that asks `/api/search` for one page of a query. Where an operator allows fewer traces a page
 * than are asked for, Tempo says how many; that many are asked for from then on.
 */
export function createPages({ client, logger, firstTimeoutMs, nextTimeoutMs }: PageOptions): Pages {
  let allowed = Number.POSITIVE_INFINITY

  return function pagesOf<T>(question: PageQuestion<T>, signal: AbortSignal): AskPage<T> {
    const { query, firstLimit, nextLimit, spansPerSet, decode } = question
    return async function askPage(window, first) {
      const limit = Math.min(first ? firstLimit : nextLimit, allowed)
      const params = { start: window.start, end: window.end, q: query, limit, spss: spansPerSet }
      logger.debug('Querying Tempo for traces', { url: client.address('/api/search'), ...params })
      try {
        const timeoutMs = first ? firstTimeoutMs : nextTimeoutMs
        const ask = { path: '/api/search', params, timeoutMs, maxBytes: MAX_BYTES }
        const found = decode(await client.json(ask, signal))
        if (found.size > limit) throw brokenAnswer(`answer has ${found.size} traces, not ${limit} at most`)
        logger.debug('Retrieved traces from Tempo', { total_traces: found.size })
        return { found, limit }
      } catch (error) {
        if (error instanceof AnswerTooLarge) return { found: new Map(), limit: 0, tooLarge: error }
        const less = allowedLimit(error)
        if (less === undefined || less >= limit) throw error
        allowed = less
        return askPage(window, first)
      }
    }
  }
}

/** The limit that Tempo's refusal allows. */
function allowedLimit(error: unknown): number | undefined {
  if (!(error instanceof SourceError) || error.reason !== 'rejected') return undefined
  const allowed = /\blimit \d+ exceeds max limit (\d{1,9})\b/.exec(error.detail ?? '')?.[1]
  return allowed === undefined ? undefined : Number(allowed)
}
