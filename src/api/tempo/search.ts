import type { Trace } from '../../model/trace.js'
import { encodeMatch, encodeQueryMatch } from './encode-match.js'
import type { CompileSearch, Search } from './query-language.js'
import { SEARCH_WORDS, withQueryErrors } from './query-error.js'
import type { SearchRequest } from './search-request.js'
import { summarize, type TraceSummary } from './summarize.js'
import { matchesTags } from './tag-filter.js'
import type { TraceSource } from './trace-source.js'

/**
 * The body of the answer to a search: the newest traces that match, by their start, as many as the limit lets through.
 * Throws `ApiError` for a query that is wrong, not supported, or fails on the data.
 */
export function answerSearch(request: SearchRequest, traces: TraceSource, compileSearch: CompileSearch) {
  const { query } = request
  const search = query === undefined ? undefined : withQueryErrors(SEARCH_WORDS, () => compileSearch(query))
  const { found, inspected } = withQueryErrors(SEARCH_WORDS, () => findTraces(request, traces, search))
  return {
    traces: found,
    metrics: { inspectedTraces: inspected || undefined, completedJobs: 1, totalJobs: 1 },
  }
}

function findTraces(request: SearchRequest, traces: TraceSource, search: Search | undefined) {
  const found: unknown[] = []
  let inspected = 0
  for (const trace of traces.overlapping(request.window, search?.mayMatch)) {
    inspected += 1
    const match = matchTrace(trace, request, search)
    if (match && found.push(match) >= request.limit) break
  }
  return { found, inspected }
}

function matchTrace(trace: Trace, request: SearchRequest, search: Search | undefined) {
  const candidate = summarize(trace)
  const { durationMs } = candidate
  if (durationMs < request.minDurationMs || durationMs > request.maxDurationMs) return undefined
  return search ? matchQuery(search, candidate, request) : matchTags(candidate, request)
}

function matchTags(candidate: TraceSummary, { tags }: SearchRequest) {
  return matchesTags(candidate.trace, tags) ? encodeMatch(candidate) : undefined
}

function matchQuery(search: Search, candidate: TraceSummary, { spansPerSpanset }: SearchRequest) {
  const spansets = search(candidate.trace)
  return spansets.length === 0
    ? undefined
    : encodeQueryMatch(candidate, spansets, search.needs, spansPerSpanset)
}
