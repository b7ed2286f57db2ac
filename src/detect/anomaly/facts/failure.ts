import type { Span } from '../../../model/span.js'

/** The first code of HTTP that says that the server has failed, and the first that says that a request was refused. */
const FIRST_SERVER_ERROR = 500
const FIRST_REFUSAL = 400

/** Whether a span failed: by its status, or, of a server, by the code of HTTP that it answered. */
export function hasFailed(span: Span): boolean {
  return span.status.code === 'error' || (span.kind === 'server' && httpCode(span) >= FIRST_SERVER_ERROR)
}

/** Whether a request was refused or failed by the code of HTTP that it was answered with, whatever its status says. */
export function wasRefused(span: Span): boolean {
  return httpCode(span) >= FIRST_REFUSAL
}

function httpCode({ attributes }: Span): number {
  const code = attributes.get('http.response.status_code') ?? attributes.get('http.status_code')
  if (typeof code === 'bigint' || typeof code === 'number') return Number(code)
  return typeof code === 'string' ? Number.parseInt(code, 10) || 0 : 0
}

/** The exception of a span: its type and message; undefined where it has recorded none. */
export function exceptionOf({ events, status }: Span): { type: string; message: string } | undefined {
  const attributes = events.findLast(({ name }) => name === 'exception')?.attributes
  if (attributes === undefined) return undefined
  const type = attributes.get('exception.type')
  const message = attributes.get('exception.message')
  return {
    type: typeof type === 'string' ? type : '',
    message: typeof message === 'string' ? message : status.message,
  }
}
