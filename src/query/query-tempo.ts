import type { Clock } from '../model/clock.js'
import { SourceError } from '../model/source-error.js'
import { MINUTE_MS, SECOND_MS, type Interval } from '../model/time.js'
import { QueryError } from './query-error.js'
import { resolveWindow, type QueryAnswer, type QueryRequest } from './query-request.js'
import { createTempoClient, type TempoRequest } from '../source/tempo/client.js'
import type { TempoConfig } from '../source/tempo/config.js'
import { createMetrics } from '../telemetry/metrics.js'
import { noSpans } from '../telemetry/spans.js'
import { untraced } from '../telemetry/untraced.js'

export interface QueryTempoOptions {
  readonly tempo: TempoConfig
  /** What the user can do where it cannot be reached; undefined for what helps with a Tempo. */
  readonly hint?: string | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
}

const DEFAULT_SINCE_MS = 60 * MINUTE_MS
/** A person waits longer than a poll does. */
const LEAST_TIMEOUT_MS = 30 * SECOND_MS
const MAX_ANSWER_BYTES = 128 * 1024 * 1024

/**
 * Asks a Tempo, or what answers as one, a single question: over the last hour where no time was named. Throws a
 * `QueryError` where there is no answer.
 */
export async function queryTempo(
  request: QueryRequest,
  { tempo, hint, clock, signal }: QueryTempoOptions,
): Promise<QueryAnswer> {
  const end = request.times.end ?? clock.now()
  const window = resolveWindow(request.times, { start: end - DEFAULT_SINCE_MS, end })
  const { queryDuration } = createMetrics()
  const client = createTempoClient({
    config: tempo,
    clock,
    metrics: { queryDuration },
    spans: noSpans,
    untraced,
  })
  const bounds = {
    timeoutMs: Math.max(LEAST_TIMEOUT_MS, tempo.queryTimeoutMs),
    maxBytes: MAX_ANSWER_BYTES,
  }
  try {
    const body = await client.json({ ...toTempoRequest(request, window), ...bounds }, signal)
    return { body, partial: partialOf(body) }
  } catch (error) {
    if (error instanceof SourceError) throw toQueryError(error, tempo.url, hint)
    throw error
  } finally {
    await client.close()
  }
}

function toTempoRequest(
  { query: q, kind, limit, stepMs }: QueryRequest,
  { start, end }: Interval,
): Pick<TempoRequest, 'path' | 'params'> {
  if (kind === 'search') {
    // Whole seconds are all that a search takes.
    const seconds = { start: Math.floor(start / SECOND_MS), end: Math.ceil(end / SECOND_MS) }
    return { path: '/api/search', params: { q, ...seconds, limit } }
  }
  const seconds = { start: start / SECOND_MS, end: end / SECOND_MS }
  if (kind === 'instant') return { path: '/api/metrics/query', params: { q, ...seconds } }
  const step = stepMs === undefined ? undefined : `${stepMs}ms`
  return { path: '/api/metrics/query_range', params: { q, ...seconds, step } }
}

function partialOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('status' in body) || body.status !== 'PARTIAL') {
    return undefined
  }
  return 'message' in body && typeof body.message === 'string' ? body.message : 'the source says so'
}

function toQueryError(error: SourceError, url: URL, ownHint: string | undefined): QueryError {
  const hint = error.hint === undefined ? undefined : (ownHint ?? error.hint)
  const more = [error.detail, hint].filter((line) => line !== undefined)
  const message = [`${url.href}: ${error.message}`, ...more].join('\n  ')
  return new QueryError('source', message, { cause: error })
}
