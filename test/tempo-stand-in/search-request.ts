import { MINUTE_MS, type Timestamp } from '../../src/model/time.js'
import { parseMetricsTime, parseSince, parseUint32 } from './go-values.js'
import { type Filter, parseTraceQl } from './traceql.js'

/** What a search heeds beside its parameters. */
export interface SearchOptions {
  readonly queryEndCutoffMs: number
  readonly maxResultLimit: number
  readonly defaultResultLimit: number
  readonly seed: number
}

const LAST_15_MIN_MS = 15 * MINUTE_MS
const MAX_RANGE_S = 168 * 3600
const DEFAULT_SPANS_PER_SET = 3
const MAX_SPANS_PER_SET = 100

/** A search as Tempo carries it out: times in Unix seconds, both ends included. */
export interface SearchRequest {
  readonly start: number
  readonly end: number
  readonly limit: number
  readonly spansPerSet: number
  readonly filter: Filter | undefined
  readonly mostRecent: boolean
}

/** Reads the parameters of `/api/search`; `error` in Tempo's words, where several are wrong the one that it tells. */
export function parseSearchRequest(
  params: URLSearchParams,
  now: Timestamp,
  options: SearchOptions,
): SearchRequest | { readonly error: string } {
  const q = params.get('q') ?? ''
  if (Buffer.byteLength(q) > 131_072) return { error: TOO_LONG }
  const asked = parseParams(params)
  if ('error' in asked) return asked
  const limit = asked.limit ?? options.defaultResultLimit
  if (limit > options.maxResultLimit) {
    return { error: `limit ${limit} exceeds max limit ${options.maxResultLimit}` }
  }
  const query = q === '' ? undefined : parseTraceQl(q)
  if (query && 'error' in query) return { error: `invalid TraceQL query: ${query.error}` }
  const window = clamp(params, now, options.queryEndCutoffMs)
  if ('error' in window) return { error: `error parsing date range: ${window.error}` }
  const { start, end } = window
  if (end <= start) return { error: beforeEnd(start, end) }
  if (end - start > MAX_RANGE_S) {
    return { error: `range specified by start and end exceeds 168h0m0s. received start=${start} end=${end}` }
  }
  if (asked.spansPerSet > MAX_SPANS_PER_SET) {
    return { error: `spans per span set exceeds ${MAX_SPANS_PER_SET}. received ${asked.spansPerSet}` }
  }
  const spansPerSet = asked.spansPerSet || DEFAULT_SPANS_PER_SET
  return {
    start,
    end,
    limit,
    spansPerSet,
    filter: query?.filter,
    mostRecent: query?.hints.get('most_recent') === 'true',
  }
}

const TOO_LONG =
  'TraceQL expression exceeds the configured maximum size of 131072 bytes, reduce the query expression size or contact your system administrator'

function parseParams(
  params: URLSearchParams,
): { readonly limit: number | undefined; readonly spansPerSet: number } | { readonly error: string } {
  const values = new Map<string, number>()
  for (const name of ['start', 'end', 'limit', 'spss']) {
    const text = params.get(name) ?? ''
    const parsed = text === '' ? { value: 0 } : parseUint32(text)
    if ('error' in parsed) return { error: `invalid ${name}: ${parsed.error}` }
    if (name === 'limit' && text !== '' && parsed.value === 0) {
      return { error: 'invalid limit: must be a positive number' }
    }
    values.set(name, parsed.value)
  }
  if (params.has('tags') && params.has('q')) {
    return { error: "invalid request: can't specify tags and q in the same query" }
  }
  for (const name of ['tags', 'minDuration', 'maxDuration']) {
    if (params.has(name)) return { error: `invalid ${name}: the stand-in has no search by ${name}` }
  }
  const start = values.get('start') ?? 0
  const end = values.get('end') ?? 0
  if ((start !== 0 || end !== 0) && end <= start) return { error: beforeEnd(start, end) }
  const limit = values.get('limit') ?? 0
  return { limit: limit === 0 ? undefined : limit, spansPerSet: values.get('spss') ?? 0 }
}

function beforeEnd(start: number, end: number): string {
  return `http parameter start must be before end. received start=${start} end=${end}`
}

/** The window that is really searched: `now` less the cutoff at most, the last 15 minutes where nothing is left of it. */
function clamp(
  params: URLSearchParams,
  now: Timestamp,
  cutoffMs: number,
): { readonly start: number; readonly end: number } | { readonly error: string } {
  const maxEnd = now - cutoffMs
  const since = params.get('since') ?? ''
  if (since !== '') {
    const parsed = parseSince(since)
    return 'error' in parsed ? parsed : seconds(maxEnd - Number(parsed.value) / 1e6, maxEnd)
  }
  const startText = params.get('start') ?? ''
  const endText = params.get('end') ?? ''
  const hasNone = (startText === '' && endText === '') || (Number(startText) === 0 && Number(endText) === 0)
  if (hasNone) return seconds(now - LAST_15_MIN_MS, maxEnd)
  if (startText === '' || endText === '') {
    return { error: 'only one of start and end provided: must provide both or neither' }
  }
  const start = parseMetricsTime(startText)
  const end = parseMetricsTime(endText)
  if ('error' in start) return { error: `could not parse 'start' parameter: ${start.error}` }
  if ('error' in end) return { error: `could not parse 'end' parameter: ${end.error}` }
  const startMs = Number(start.value) / 1e6
  const endMs = Number(end.value) / 1e6
  if (endMs <= maxEnd) return seconds(startMs, endMs)
  return seconds(startMs > maxEnd ? now - LAST_15_MIN_MS : startMs, maxEnd)
}

function seconds(startMs: number, endMs: number): { readonly start: number; readonly end: number } {
  return { start: Math.floor(startMs / 1000), end: Math.floor(endMs / 1000) }
}
