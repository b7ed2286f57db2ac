import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http'
import { text } from 'node:stream/consumers'
import { listenOnLoopback } from '../loopback.js'

export interface FarRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface FarAnswer {
  readonly status?: number
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
}

/** An HTTP server that keeps what it was sent. */
export interface FarEnd {
  readonly origin: string
  readonly requests: readonly FarRequest[]
  /** The body of a request as JSON. */
  json(index?: number): unknown
}

/** Starts one, until the test ends; it answers each request as it is told to. */
export async function startFarEnd(
  answer: (request: FarRequest, index: number) => FarAnswer = () => ({}),
): Promise<FarEnd> {
  const requests: FarRequest[] = []
  async function respond(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(message)
    const { method = '', url = '', headers } = message
    const request = { method, url, headers, body }
    const { status = 200, headers: answered = {}, body: said = '' } = answer(request, requests.length)
    requests.push(request)
    response.writeHead(status, answered).end(said)
  }

  const server = createServer((message, response) => void respond(message, response))
  const origin = await listenOnLoopback(server)
  return { origin, requests, json: (index = 0) => JSON.parse(requests[index]?.body ?? '') }
}
