import type { Timestamp } from '../../src/model/time.js'
import { type Answer, jsonAnswer, notFound, textAnswer } from './answer.js'
import type { LiveStore } from './live-store.js'
import type { MetricsOptions } from './metrics-count.js'
import { answerInstant, answerRange } from './metrics.js'
import type { SearchOptions } from './search-request.js'
import { answerSearch } from './search.js'
import { answerStatus, type StatusOptions } from './status.js'
import { answerBadTraceId, answerTraceById, parsePathTraceId } from './trace-by-id.js'

/** Where a Tempo is in its life. */
export type Phase = 'starting' | 'running' | 'stopping'

/** The settings of a Tempo that its answers depend on. */
export interface RespondOptions extends SearchOptions, MetricsOptions, StatusOptions {
  /** False: a Tempo 2.x without TraceQL metrics, whose metrics paths are unknown. */
  readonly metrics: boolean
  /** Requests must name their tenant in `X-Scope-OrgID`. */
  readonly multitenancy: boolean
  /** The `Authorization` header that a proxy in front of Tempo insists on. */
  readonly authorization: string | undefined
}

/** A request, as far as an answer depends on it. */
export interface Request {
  /** Path and query, as in the request line. */
  readonly target: string
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** Whose traces they are where there is but one tenant. */
export const SINGLE_TENANT = 'single-tenant'

/**
 * What Tempo answers at `now`. Depends on nothing but its arguments. The method is not among them, as Tempo does not
 * look at it. Undefined where Tempo's handler panics and the connection drops.
 */
export function respond(
  { target, headers }: Request,
  store: LiveStore,
  phase: Phase,
  now: Timestamp,
  options: RespondOptions,
): Answer | undefined {
  const { pathname, searchParams } = parseTarget(target)
  if (options.authorization !== undefined && headers['authorization'] !== options.authorization) {
    return { ...textAnswer(401, 'Unauthorized\n'), headers: { 'www-authenticate': 'Bearer' } }
  }
  const status = answerStatus(pathname, phase, options)
  if (status !== 'no status path') return status
  const isMetrics = pathname === '/api/metrics/query' || pathname === '/api/metrics/query_range'
  const byId = /^\/api\/(v2\/)?traces\/([^/]+)$/.exec(pathname)
  if (!(byId || pathname === '/api/search' || (isMetrics && options.metrics))) return notFound()

  const tenants = parseTenants(headers['x-scope-orgid'], options.multitenancy)
  if ('error' in tenants) return tenants.error
  const trouble = phase === 'running' ? undefined : notServing(phase, pathname)
  if (trouble) return trouble
  if (byId && searchParams.has('q')) {
    return textAnswer(400, 'invalid TraceQL query: the stand-in has no filter on trace by id')
  }
  if (byId) return traceById(byId[2] ?? '', byId[1] === undefined ? 'v1' : 'v2', store, tenants.names)
  const blocks = store.blocks(tenants.names, now)
  if (pathname === '/api/search') return answerSearch(searchParams, blocks, now, options)
  const answer = pathname === '/api/metrics/query' ? answerInstant : answerRange
  return answer(searchParams, blocks, now, options)
}

/** The URL of a request line; of the root where the line holds no path. */
export function parseTarget(target: string): URL {
  return new URL(`http://stand-in${target.startsWith('/') ? target : '/'}`)
}

function traceById(text: string, api: 'v1' | 'v2', store: LiveStore, tenants: readonly string[]): Answer {
  const id = parsePathTraceId(text)
  return 'error' in id ? answerBadTraceId(id.error) : answerTraceById(store.batches(tenants, id.traceId), api)
}

function parseTenants(
  header: string | undefined,
  multitenancy: boolean,
): { readonly names: readonly string[] } | { readonly error: Answer } {
  if (!multitenancy) return { names: [SINGLE_TENANT] }
  if (header === undefined || header === '') return { error: textAnswer(401, 'no org id\n') }
  const bad = /[^A-Za-z0-9!\-_.*'()|]/.exec(header)
  if (bad) {
    return { error: textAnswer(400, `tenant ID '${header}' contains unsupported character '${bad[0]}'`) }
  }
  return { names: [...new Set(header.split('|'))] }
}

function notServing(phase: Exclude<Phase, 'running'>, path: string): Answer {
  if (phase === 'stopping') return textAnswer(500, 'queue is stopped\n')
  if (path.startsWith('/api/v2/traces/')) return jsonAnswer({ trace: {}, metrics: {} })
  const asked = path.startsWith('/api/metrics/') ? 'queryRangeRecent' : 'SearchRecent'
  return textAnswer(
    500,
    `error querying live-stores in Querier.${asked}: error finding partition ring replicas: empty ring\n`,
  )
}
