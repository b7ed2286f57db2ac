import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Handler } from '../listen.js'
import { readText, TextTooLong } from '../read-text.js'
import { sendJson } from '../send-json.js'
import { answerAlerts, answerGroups } from './alerts.js'
import { AlertmanagerError, badRequest, noSilence, refused } from './alertmanager-error.js'
import type { AlertmanagerApiOptions } from './options.js'
import { answerSilence, answerSilences, expireSilence, saveSilence } from './silences.js'
import { answerStatus } from './status.js'

/** No silence needs to be longer. */
export const LONGEST_BODY_BYTES = 256 * 1024

const PREFIX = '/api/v2/'

/** Whether `createAlertmanagerApiHandler` answers this path. */
export function isAlertmanagerPath(path: string): boolean {
  return path.startsWith(PREFIX)
}

/**
 * As much of Alertmanager's HTTP API as `amtool` and a data source of Grafana need to see alerts, groups, receivers and
 * silences, and to silence: `/api/v2/alerts`, `alerts/groups`, `receivers`, `silences`, `silence/{id}` and `status`.
 * Alerts cannot be posted: tracebell tells of what its own rules find. Not answered under `/alertmanager/` too: by that
 * prefix Grafana knows a Mimir, and it refuses one that answers both.
 */
export function createAlertmanagerApiHandler(options: AlertmanagerApiOptions): Handler {
  return (request, response) => {
    void answer(options, request).then(
      (body) => sendJson(response, 200, body),
      (error: unknown) => sendError(request, response, toAlertmanagerError(error)),
    )
  }
}

/** What is asked, in parts. */
interface Asked {
  readonly request: IncomingMessage
  readonly params: URLSearchParams
  /** What follows the name of the resource. */
  readonly id: string
}

type Answerer = (options: AlertmanagerApiOptions, asked: Asked) => unknown

/** What is answered, by method. */
type Resource = ReadonlyMap<string, Answerer>

const RESOURCES: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['status', new Map([['GET', answerStatus]])],
  ['receivers', new Map([['GET', ({ dispatch }) => dispatch().receivers.map((name) => ({ name }))]])],
  [
    'alerts',
    new Map<string, Answerer>([
      ['GET', (options, { params }) => answerAlerts(options, params)],
      ['POST', refuseAlerts],
    ]),
  ],
  ['alerts/groups', new Map([['GET', (options, { params }) => answerGroups(options, params)]])],
  [
    'silences',
    new Map<string, Answerer>([
      ['GET', (options, { params }) => answerSilences(options, params)],
      ['POST', async (options, { request }) => saveSilence(options, await readJsonText(request))],
    ]),
  ],
  [
    'silence',
    new Map<string, Answerer>([
      ['GET', (options, { id }) => answerSilence(options, id)],
      ['DELETE', (options, { id }) => expireSilence(options, id)],
    ]),
  ],
])

async function answer(options: AlertmanagerApiOptions, request: IncomingMessage): Promise<unknown> {
  const { url = '/', method = '' } = request
  const [path = ''] = url.split('?', 1)
  const { name, id } = splitResource(path.slice(PREFIX.length))
  const resource = RESOURCES.get(name)
  if (resource === undefined) throw refused(404, `path ${path} was not found`)
  const answerer = resource.get(method)
  if (answerer === undefined) throw notAllowed(method, [...resource.keys()])
  return answerer(options, { request, params: new URLSearchParams(url.slice(path.length)), id })
}

/** `silence/{id}` is the only one with an id. */
function splitResource(path: string): { readonly name: string; readonly id: string } {
  const [, id] = /^silence\/([^/]+)$/.exec(path) ?? []
  if (id !== undefined) return { name: 'silence', id: decode(id) }
  return { name: path === 'silence' ? '' : path, id: '' }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function notAllowed(method: string, allowed: readonly string[]): AlertmanagerError {
  const message = `method ${method} is not allowed, but [${allowed.join(',')}] are`
  return new AlertmanagerError(405, message, 405, allowed.join(','))
}

function refuseAlerts(): never {
  throw refused(
    501,
    'tracebell takes no alerts from others: it tells of what its own rules find. Send them to an Alertmanager, to which tracebell can send its own too',
  )
}

async function readJsonText(request: IncomingMessage): Promise<string> {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type !== 'application/json') {
    throw refused(415, `unsupported media type ${JSON.stringify(type)}, only [application/json] are allowed`)
  }
  return readText(request, LONGEST_BODY_BYTES)
}

function toAlertmanagerError(error: unknown): AlertmanagerError {
  if (error instanceof AlertmanagerError) return error
  if (error instanceof TextTooLong) return refused(413, `the body is ${error.message}`)
  switch (kindOf(error)) {
    case 'invalid':
      return badRequest(messageOf(error))
    case 'unknown':
      return noSilence()
    case 'full':
      return refused(507, `${messageOf(error)}: let some end before there are more`)
    default:
      return refused(500, 'the answer could not be made')
  }
}

/** Of a `SilenceError` or a `StoreError`, of which only the types are known here. */
function kindOf(error: unknown): unknown {
  const isKnown = error instanceof Error && ['SilenceError', 'StoreError'].includes(error.name)
  return isKnown && 'kind' in error ? error.kind : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}

function sendError(request: IncomingMessage, response: ServerResponse, error: AlertmanagerError): void {
  // What is left of a body that nobody wants.
  request.resume()
  if (error.allow !== undefined) response.setHeader('allow', error.allow)
  // A body that is too long is not waited for.
  if (error.status === 413) response.setHeader('connection', 'close')
  sendJson(response, error.status, error.body)
}
