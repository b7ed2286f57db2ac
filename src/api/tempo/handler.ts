import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../model/clock.js'
import { ApiError } from './api-error.js'
import { find, parseSearchRequest } from './search-request.js'
import { answerSearch } from './search.js'
import { answerTraceV1, answerTraceV2, parsePathTraceId } from './trace-by-id.js'
import type { CompileSearch, TraceSource } from './trace-source.js'

export interface TempoApiOptions {
  readonly traces: TraceSource
  readonly compileSearch: CompileSearch
  readonly clock: Clock
  /** Told by `/api/status/buildinfo`. */
  readonly version: string
}

/** What is sent back. An object is sent as JSON. */
type Answer = { readonly status: number; readonly body: string | object }

const NOT_FOUND: Answer = { status: 404, body: '404 page not found\n' }

/**
 * The part of Tempo's HTTP API that asks for traces: `/api/search`, `/api/traces/{id}`, `/api/v2/traces/{id}`, and
 * `/ready`, `/api/echo` and `/api/status/buildinfo`. It answers as Tempo does, with three differences: everything
 * received is visible at once, a time range may have any length, and of too many traces the newest are given. As in
 * Tempo the method and the body of a request are not looked at.
 */
export function createTempoApiHandler(
  options: TempoApiOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    request.resume()
    send(response, answer(options, request.url ?? '/'))
  }
}

function answer(options: TempoApiOptions, target: string): Answer {
  const [path = '/'] = target.split('?', 1)
  try {
    return route(options, path, new URLSearchParams(target.slice(path.length)))
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.message }
    return { status: 500, body: `internal error: ${error instanceof Error ? error.message : 'unknown'}` }
  }
}

function route(
  { traces, compileSearch, clock, version }: TempoApiOptions,
  path: string,
  params: URLSearchParams,
): Answer {
  switch (path) {
    case '/ready':
      return { status: 200, body: 'ready\n' }
    case '/api/echo':
      return { status: 200, body: 'echo\n' }
    case '/api/status/buildinfo':
      return { status: 200, body: buildInfo(version) }
    case '/api/search':
      return {
        status: 200,
        body: answerSearch(parseSearchRequest(params, clock.now()), traces, compileSearch),
      }
  }
  const [, v2, id] = /^\/api\/(v2\/)?traces\/([^/]+)$/.exec(path) ?? []
  if (id === undefined) return NOT_FOUND
  const trace = traces.get(parsePathTraceId(id))
  if (v2 !== undefined) return { status: 200, body: answerTraceV2(trace, find(params, 'q'), compileSearch) }
  return trace ? { status: 200, body: answerTraceV1(trace) } : { status: 404, body: '' }
}

function buildInfo(version: string): object {
  return { version, revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const isText = typeof body === 'string'
  const bytes = Buffer.from(isText ? body : JSON.stringify(body))
  response.writeHead(status, {
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
    'content-length': bytes.length,
    'x-content-type-options': 'nosniff',
  })
  response.end(bytes)
}
