import type { Clock } from '../../model/clock.js'
import { NOT_FOUND, ok, type Answer } from './answer.js'
import { answerInstant, answerRange } from './metrics.js'
import { parseInstantRequest, parseRangeRequest } from './metrics-request.js'
import { find } from './params.js'
import type { QueryLanguage } from './query-language.js'
import { parseSearchRequest } from './search-request.js'
import { answerSearch } from './search.js'
import { parseTagName, parseTagRequest } from './tag-request.js'
import { answerTagValuesV1, answerTagValuesV2 } from './tag-values.js'
import { answerTagsV1, answerTagsV2 } from './tags.js'
import { answerTraceV1, answerTraceV2, parsePathTraceId } from './trace-by-id.js'
import type { TraceSource } from './trace-source.js'

export interface TempoApiOptions {
  readonly traces: TraceSource
  readonly language: QueryLanguage
  readonly clock: Clock
  /** Told by `/api/status/buildinfo`. */
  readonly version: string
}

/** What is asked for. */
export interface ApiRequest {
  readonly path: string
  readonly params: URLSearchParams
  /** The header that names the formats the client takes; empty where it has none. */
  readonly accept: string
}

/** As much of a Tempo's configuration as clients look for: how recent the spans are that it hides. */
const CONFIGURATION = 'query_frontend:\n    query_end_cutoff: 0s\n'

/** The answer to a request. Throws `ApiError` for one that is wrong. */
export function route(options: TempoApiOptions, request: ApiRequest): Answer {
  return answerPath(options, request) ?? answerTagValues(options, request) ?? answerTrace(options, request)
}

function answerPath(options: TempoApiOptions, { path, params }: ApiRequest): Answer | undefined {
  const { traces, language, clock, version } = options
  switch (path) {
    case '/ready':
      return ok('ready\n')
    case '/api/echo':
      return ok('echo\n')
    case '/api/status/buildinfo':
      return ok({ version, revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' })
    case '/status/config':
      return ok(CONFIGURATION)
    case '/api/search':
      return ok(answerSearch(parseSearchRequest(params, clock.now()), traces, language.compileSearch))
    case '/api/metrics/query_range':
      return ok(answerRange(parseRangeRequest(params, clock.now(), language.defaultStepMs), traces, language))
    case '/api/metrics/query':
      return ok(answerInstant(parseInstantRequest(params, clock.now()), traces, language))
    case '/api/search/tags':
      return ok(answerTagsV1(parseTagRequest(params, language), traces))
    case '/api/v2/search/tags':
      return ok(answerTagsV2(parseTagRequest(params, language), traces))
    default:
      return undefined
  }
}

function answerTagValues(
  { traces, language }: TempoApiOptions,
  { path, params }: ApiRequest,
): Answer | undefined {
  const [, v2, name] = /^\/api\/(v2\/)?search\/tag\/(.+)\/values$/.exec(path) ?? []
  if (name === undefined) return undefined
  const request = parseTagRequest(params, language)
  const tag = parseTagName(name)
  return ok(
    v2 === undefined
      ? answerTagValuesV1(tag, request, traces)
      : answerTagValuesV2(tag, request, traces, language),
  )
}

function answerTrace({ traces, language }: TempoApiOptions, { path, params, accept }: ApiRequest): Answer {
  const [, v2, id] = /^\/api\/(v2\/)?traces\/([^/]+)$/.exec(path) ?? []
  if (id === undefined) return NOT_FOUND
  const trace = traces.get(parsePathTraceId(id))
  if (v2 !== undefined) return ok(answerTraceV2(trace, find(params, 'q'), language.compileSearch, accept))
  return trace ? ok(answerTraceV1(trace, accept)) : { status: 404, body: '' }
}
