import { SourceError } from '../../model/source-error.js'
import type { Logger } from '../../telemetry/logger.js'
import type { TempoClient } from './client.js'
import { decodeSearch } from './decode-search.js'
import { brokenAnswer } from './errors.js'
import type { AskPage } from './split-search.js'

/** The promised poll asks for this many traces. */
const FIRST_LIMIT = 100
/** Further pages ask for more at once, as they are asked only where there is much. */
const NEXT_LIMIT = 1000
const MAX_BYTES = 32 * 1024 * 1024

export interface PageOptions {
  readonly client: TempoClient
  readonly logger: Logger
  readonly firstTimeoutMs: number
  readonly nextTimeoutMs: number
}

/**
 * Makes the function that asks `/api/search` for one page of a query. Where an operator allows fewer traces a page
 * than are asked for, Tempo says how many; that many are asked for from then on.
 */
export function createPages({ client, logger, firstTimeoutMs, nextTimeoutMs }: PageOptions) {
  let allowed = Number.POSITIVE_INFINITY

  return function pagesOf(query: string | undefined, signal: AbortSignal): AskPage {
    return async function askPage(window, first) {
      const limit = Math.min(first ? FIRST_LIMIT : NEXT_LIMIT, allowed)
      const params = { start: window.start, end: window.end, q: query, limit }
      logger.debug('Querying Tempo for traces', { url: client.address('/api/search'), ...params })
      try {
        const timeoutMs = first ? firstTimeoutMs : nextTimeoutMs
        const body = await client.json(
          { path: '/api/search', params, timeoutMs, maxBytes: MAX_BYTES },
          signal,
        )
        const matches = decodeSearch(body)
        if (matches.length > limit)
          throw brokenAnswer(`answer has ${matches.length} traces, not ${limit} at most`)
        logger.debug('Retrieved traces from Tempo', { total_traces: matches.length })
        return { matches, limit }
      } catch (error) {
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
