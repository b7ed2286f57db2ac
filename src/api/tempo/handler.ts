import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './answer.js'
import { ApiError } from './api-error.js'
import { route, type TempoApiOptions } from './route.js'

/**
 * Tempo's HTTP API for those who ask: searches, traces by id, TraceQL metrics, tags and their values, and what a client
 * looks at before it asks. It answers as Tempo does, with these differences: everything received is visible at once, a
 * time range may have any length, and of too many traces the newest are given. As in Tempo the method and the body of a
 * request are not looked at.
 */
export function createTempoApiHandler(
  options: TempoApiOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    request.resume()
    send(response, answer(options, request))
  }
}

function answer(options: TempoApiOptions, { url = '/', headers }: IncomingMessage): Answer {
  const [path = '/'] = url.split('?', 1)
  const params = new URLSearchParams(url.slice(path.length))
  try {
    return route(options, { path, params, accept: headers.accept ?? '' })
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.message }
    return { status: 500, body: `internal error: ${error instanceof Error ? error.message : 'unknown'}` }
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const { type, bytes } = encodeBody(body)
  response.writeHead(status, {
    'content-type': type,
    'content-length': bytes.length,
    'x-content-type-options': 'nosniff',
  })
  response.end(bytes)
}

function encodeBody(body: Answer['body']): { readonly type: string; readonly bytes: Uint8Array } {
  if (typeof body === 'string') return { type: 'text/plain; charset=utf-8', bytes: Buffer.from(body) }
  if (body instanceof Uint8Array) return { type: 'application/protobuf', bytes: body }
  return { type: 'application/json', bytes: Buffer.from(JSON.stringify(body)) }
}
