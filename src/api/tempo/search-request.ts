import { SECOND_MS, type Interval, type Timestamp } from '../../model/time.js'
import { ApiError } from './api-error.js'
import { parseGoDuration } from './go-duration.js'

/** What a search asks for. */
export interface SearchRequest {
  /** TraceQL; undefined asks for every trace. */
  readonly query: string | undefined
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
const MAX_QUERY_BYTES = 131_072
/** Ten digits: more would be milliseconds, which Tempo does not take either. */
const MAX_SECONDS = 9_999_999_999
/** Later than any span can start: its nanoseconds are 64 bits. */
const END_OF_TIME: Timestamp = 2 ** 64 / 1e6

/** The search in the parameters of `/api/search`. Throws `ApiError` 400 in Tempo's words, 501 for what is not done here. */
export function parseSearchRequest(params: URLSearchParams, now: Timestamp): SearchRequest {
  const query = find(params, 'q')
  if (query !== undefined) checkQuery(params, query)
  else if (find(params, 'tags') !== undefined) {
    throw new ApiError(501, 'search by tags is not supported here: use q with a TraceQL query')
  }
  return {
    query,
    window: parseWindow(params, now),
    limit: parseLimit(params),
    spansPerSpanset: parseSpansPerSpanset(params),
    minDurationMs: parseDuration(params, 'minDuration') ?? 0,
    maxDurationMs: parseDuration(params, 'maxDuration') ?? Number.POSITIVE_INFINITY,
  }
}

/** The first value of a parameter; undefined for an empty one too, as Tempo has it. */
export function find(params: URLSearchParams, name: string): string | undefined {
  return params.get(name) || undefined
}

function checkQuery(params: URLSearchParams, query: string): void {
  if (find(params, 'tags') !== undefined) {
    throw new ApiError(400, "invalid request: can't specify tags and q in the same query")
  }
  if (Buffer.byteLength(query) > MAX_QUERY_BYTES) {
    throw new ApiError(400, `TraceQL expression exceeds the maximum size of ${MAX_QUERY_BYTES} bytes`)
  }
}

function parseWindow(params: URLSearchParams, now: Timestamp): Interval {
  const since = parseDuration(params, 'since')
  if (since !== undefined) return { start: now - since, end: now }
  const start = parseInteger(params, 'start', MAX_SECONDS)
  const end = parseInteger(params, 'end', MAX_SECONDS)
  if (start === undefined && end === undefined) return { start: 0, end: END_OF_TIME }
  if (start === undefined) {
    throw new ApiError(
      400,
      'error parsing date range: only one of start and end provided: must provide both or neither',
    )
  }
  if (end === undefined || start >= end) {
    const received = `received start=${start} end=${end ?? 0}`
    throw new ApiError(400, `http parameter start must be before end. ${received}`)
  }
  return { start: start * SECOND_MS, end: end * SECOND_MS }
}

function parseLimit(params: URLSearchParams): number {
  const limit = parseInteger(params, 'limit') ?? DEFAULT_LIMIT
  if (limit === 0) throw new ApiError(400, 'invalid limit: must be a positive number')
  if (limit > MAX_LIMIT) throw new ApiError(400, `limit ${limit} exceeds max limit ${MAX_LIMIT}`)
  return limit
}

function parseSpansPerSpanset(params: URLSearchParams): number {
  const spans = parseInteger(params, 'spss') || DEFAULT_SPANS_PER_SPANSET
  if (spans <= MAX_SPANS_PER_SPANSET) return spans
  throw new ApiError(400, `spans per span set exceeds ${MAX_SPANS_PER_SPANSET}. received ${spans}`)
}

function parseInteger(params: URLSearchParams, name: string, max = 0xffff_ffff): number | undefined {
  const text = find(params, name)
  if (text === undefined) return undefined
  if (/^\d+$/.test(text) && Number(text) <= max) return Number(text)
  const fault = /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax'
  throw new ApiError(400, `invalid ${name}: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${fault}`)
}

function parseDuration(params: URLSearchParams, name: string): number | undefined {
  const text = find(params, name)
  if (text === undefined) return undefined
  try {
    return parseGoDuration(text)
  } catch (error) {
    throw new ApiError(400, `invalid ${name}: ${error instanceof Error ? error.message : text}`, {
      cause: error,
    })
  }
}
