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
    send(response, encode(answer(options, request)))
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

interface Encoded {
  readonly status: number
  readonly type: string
  readonly bytes: Uint8Array
}

function send(response: ServerResponse, { status, type, bytes }: Encoded): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': bytes.length,
    'x-content-type-options': 'nosniff',
  })
  response.end(bytes)
}

/** A larger answer would take more memory than the spans that it is about: names may be long, and shown for each trace. */
const MOST_CHARACTERS = 128 * 1024 * 1024
const TOO_LARGE: Answer = {
  status: 422,
  body: `the answer is larger than ${MOST_CHARACTERS} characters: ask for fewer traces or a shorter time`,
}

function encode({ status, body }: Answer): Encoded {
  if (typeof body === 'string') return { status, type: 'text/plain; charset=utf-8', bytes: Buffer.from(body) }
  if (body instanceof Uint8Array) return { status, type: 'application/protobuf', bytes: body }
  if (!isWithin(body, MOST_CHARACTERS)) return encode(TOO_LARGE)
  return { status, type: 'application/json', bytes: Buffer.from(JSON.stringify(body)) }
}

/** Whether the texts and fields of a value come to at most so many characters. */
function isWithin(value: unknown, most: number): boolean {
  let left = most
  const waiting = [value]
  while (waiting.length > 0 && left >= 0) {
    const next = waiting.pop()
    left -= 8
    if (typeof next === 'string') left -= next.length
    else if (Array.isArray(next)) for (const item of next) waiting.push(item)
    else if (typeof next === 'object' && next !== null) {
      for (const [name, member] of Object.entries(next)) {
        left -= name.length
        waiting.push(member)
      }
    }
  }
  return left >= 0
}
