import type { Interval, Timestamp } from '../../model/time.js'
import { ApiError } from './api-error.js'
import { checkQuerySize, find, findDuration, findInteger } from './params.js'
import { parseSearchWindow } from './search-window.js'
import { parseTagFilter, type TagFilter } from './tag-filter.js'

/** What a search asks for. */
export interface SearchRequest {
  /** TraceQL; undefined asks for every trace. */
  readonly query: string | undefined
  /** The older way to ask, which never comes with a query. */
  readonly tags: TagFilter
  readonly window: Interval
  readonly limit: number
  readonly spansPerSpanset: number
  /** Bounds of the trace's duration, both included. */
  readonly minDurationMs: number
  readonly maxDurationMs: number
}

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 262_144
const DEFAULT_SPANS_PER_SPANSET = 3
const MAX_SPANS_PER_SPANSET = 100

/** The search in the parameters of `/api/search`. Throws `ApiError` 400 in Tempo's words. */
export function parseSearchRequest(params: URLSearchParams, now: Timestamp): SearchRequest {
  const query = find(params, 'q')
  const tags = find(params, 'tags')
  if (query !== undefined && tags !== undefined) {
    throw new ApiError(400, "invalid request: can't specify tags and q in the same query")
  }
  if (query !== undefined) checkQuerySize(query)
  return {
    query,
    tags: parseTagFilter(tags ?? ''),
    window: parseSearchWindow(params, now),
    limit: parseLimit(params),
    spansPerSpanset: parseSpansPerSpanset(params),
    minDurationMs: findDuration(params, 'minDuration') ?? 0,
    maxDurationMs: findDuration(params, 'maxDuration') ?? Number.POSITIVE_INFINITY,
  }
}

function parseLimit(params: URLSearchParams): number {
  const limit = findInteger(params, 'limit') ?? DEFAULT_LIMIT
  if (limit === 0) throw new ApiError(400, 'invalid limit: must be a positive number')
  if (limit > MAX_LIMIT) throw new ApiError(400, `limit ${limit} exceeds max limit ${MAX_LIMIT}`)
  return limit
}

function parseSpansPerSpanset(params: URLSearchParams): number {
  const spans = findInteger(params, 'spss') || DEFAULT_SPANS_PER_SPANSET
  if (spans <= MAX_SPANS_PER_SPANSET) return spans
  throw new ApiError(400, `spans per span set exceeds ${MAX_SPANS_PER_SPANSET}. received ${spans}`)
}
