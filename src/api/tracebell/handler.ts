import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Handler } from '../listen.js'
import { readText, TextTooLong } from '../read-text.js'
import { sendJson } from '../send-json.js'
import { listNotifications, retryNotifications, type NotificationsOptions } from './notifications.js'
import { OwnApiError } from './own-api-error.js'
import { answerRoute, type RouteApiOptions } from './route.js'
import { describeStatus, type StatusOptions } from './status.js'

export type OwnApiOptions = NotificationsOptions & RouteApiOptions & StatusOptions

/** Where tracebell's own API begins: what it has and no Prometheus, Tempo or Alertmanager. */
export const OWN_API_PREFIX = '/api/tracebell/v1/'

const LONGEST_BODY_BYTES = 256 * 1024

/** Whether `createOwnApiHandler` answers this path. */
export function isOwnApiPath(path: string): boolean {
  return path.startsWith(OWN_API_PREFIX)
}

/**
 * tracebell's own API: `notifications` lists the outbox, `notifications/retry` puts in again what was given up, `route` says
 * who would be told of an alert, `status` how the store is. Errors are `{"error": "…"}`.
 */
export function createOwnApiHandler(options: OwnApiOptions): Handler {
  return (request, response) => {
    void answer(options, request).then(
      (body) => sendJson(response, 200, body),
      (error: unknown) => sendError(request, response, toOwnApiError(error)),
    )
  }
}

async function answer(options: OwnApiOptions, request: IncomingMessage): Promise<unknown> {
  const { url = '/' } = request
  const [path = ''] = url.split('?', 1)
  switch (path.slice(OWN_API_PREFIX.length)) {
    case 'notifications':
      checkMethod(request, 'GET')
      return listNotifications(options, new URLSearchParams(url.slice(path.length)))
    case 'notifications/retry':
      checkMethod(request, 'POST')
      checkJson(request)
      return retryNotifications(options, await readText(request, LONGEST_BODY_BYTES))
    case 'route':
      checkMethod(request, 'GET')
      return answerRoute(options, new URLSearchParams(url.slice(path.length)))
    case 'status':
      checkMethod(request, 'GET')
      return describeStatus(options)
    default:
      throw new OwnApiError(404, 'not found: there are notifications, notifications/retry, route and status')
  }
}

function checkMethod({ method = '' }: IncomingMessage, wanted: string): void {
  if (method !== wanted) throw new OwnApiError(405, `only ${wanted} is answered here`, wanted)
}

/** A page in a browser cannot send this type to others without asking first. */
function checkJson({ headers }: IncomingMessage): void {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new OwnApiError(415, 'expected content-type: application/json')
}

function toOwnApiError(error: unknown): OwnApiError {
  if (error instanceof OwnApiError) return error
  if (error instanceof TextTooLong) return new OwnApiError(413, `the body is ${error.message}`)
  return new OwnApiError(500, 'the answer could not be made')
}

function sendError(request: IncomingMessage, response: ServerResponse, error: OwnApiError): void {
  // What is left of a body that nobody wants.
  request.resume()
  if (error.allow !== undefined) response.setHeader('allow', error.allow)
  // A body that is too long is not waited for.
  if (error.status === 413) response.setHeader('connection', 'close')
  sendJson(response, error.status, { error: error.message })
}
