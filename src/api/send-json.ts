import type { ServerResponse } from 'node:http'

/** Answers with JSON, which nobody keeps; with nothing at all where the body is undefined. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.setHeader('cache-control', 'no-store')
  response.setHeader('x-content-type-options', 'nosniff')
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body))
  if (body !== undefined) response.setHeader('content-type', 'application/json')
  response.writeHead(status, { 'content-length': bytes.length })
  response.end(bytes)
}
