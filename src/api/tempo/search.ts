import { encodeMatch, encodeQueryMatch } from './encode-match.js'
import type { CompileSearch, Search } from './query-language.js'
import { SEARCH_WORDS, withQueryErrors } from './query-error.js'
import { compareNanos } from './compare-nanos.js'
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
  const candidates = newestFirst(traces, request)
  const found: unknown[] = []
  let inspected = 0
  for (const candidate of candidates) {
    if (found.length === request.limit) break
    inspected += 1
    const match = search ? matchQuery(search, candidate, request) : matchTags(candidate, request)
    if (match) found.push(match)
  }
  return {
    traces: found,
    metrics: { inspectedTraces: inspected || undefined, completedJobs: 1, totalJobs: 1 },
  }
}

function newestFirst(traces: TraceSource, { window, minDurationMs, maxDurationMs }: SearchRequest) {
  return Array.from(traces.overlapping(window), summarize)
    .filter(({ durationMs }) => durationMs >= minDurationMs && durationMs <= maxDurationMs)
    .toSorted((a, b) => compareNanos(b.startTimeUnixNano, a.startTimeUnixNano))
}

function matchTags(candidate: TraceSummary, { tags }: SearchRequest) {
  return matchesTags(candidate.trace, tags) ? encodeMatch(candidate) : undefined
}

function matchQuery(search: Search, candidate: TraceSummary, { spansPerSpanset }: SearchRequest) {
  const spansets = withQueryErrors(SEARCH_WORDS, () => search(candidate.trace))
  return spansets.length === 0
    ? undefined
    : encodeQueryMatch(candidate, spansets, search.needs, spansPerSpanset)
}
