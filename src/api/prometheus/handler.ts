import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../model/clock.js'
import type { GroupStatus } from '../../rule/group-status.js'
import type { Handler } from '../listen.js'
import { PrometheusError } from './prometheus-error.js'
import { answerQuery, refuse } from './query.js'
import { readParams } from './read-params.js'
import { answerAlerts, answerRules } from './rules.js'
import { parseRulesRequest } from './rules-request.js'

export interface PrometheusApiOptions {
  /** Where the rule groups stand, in the order in which they are shown. */
  readonly groups: () => readonly GroupStatus[]
  readonly clock: Pick<Clock, 'now'>
  /** Our own, told by `/api/v1/status/buildinfo`. */
  readonly version: string
}

/** Whether `createPrometheusApiHandler` answers this path. */
export function isPrometheusPath(path: string): boolean {
  return PATH.test(path)
}

/** Both are asked: the second by data sources for Mimir and Cortex. */
const PATH = /^(?:\/prometheus)?\/api\/v1\//

/**
 * As much of Prometheus' HTTP API as a data source of Grafana needs to list rules and alerts: `/api/v1/rules`,
 * `/api/v1/alerts`, and what it asks to see whether somebody answers. The same is under `/prometheus/`.
 */
export function createPrometheusApiHandler(options: PrometheusApiOptions): Handler {
  return (request, response) => {
    void answer(options, request).then(
      (data) => send(response, 200, { status: 'success', data }),
      (error: unknown) => sendError(request, response, toPrometheusError(error)),
    )
  }
}

async function answer(options: PrometheusApiOptions, request: IncomingMessage): Promise<object> {
  const { url = '/' } = request
  const [path = ''] = url.split('?', 1)
  const resource = path.replace(PATH, '')
  checkMethod(request, resource)
  return route(options, resource, await readParams(request, url.slice(path.length)))
}

/** What may be asked by a form, too. */
const FORMS = new Set(['query', 'query_range'])

function checkMethod({ method = '' }: IncomingMessage, resource: string): void {
  if (method === 'GET' || method === 'HEAD' || (method === 'POST' && FORMS.has(resource))) return
  throw new PrometheusError(405, 'bad_data', `${method} is not answered here`)
}

function route(
  { groups, clock, version }: PrometheusApiOptions,
  resource: string,
  params: URLSearchParams,
): object {
  switch (resource) {
    case 'rules':
      return answerRules(groups(), parseRulesRequest(params))
    case 'alerts':
      return answerAlerts(groups())
    case 'status/buildinfo':
      return { version, revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' }
    case 'query':
      return answerQuery(params, clock.now())
    case 'query_range':
      throw refuse(params.get('query') ?? '')
    default:
      throw new PrometheusError(
        404,
        'not_found',
        'not found: of the API of Prometheus there are /api/v1/rules, /api/v1/alerts and /api/v1/status/buildinfo',
      )
  }
}

function toPrometheusError(error: unknown): PrometheusError {
  if (error instanceof PrometheusError) return error
  return new PrometheusError(500, 'internal', 'the answer could not be made')
}

function sendError(request: IncomingMessage, response: ServerResponse, error: PrometheusError): void {
  // What is left of a body that nobody wants.
  request.resume()
  if (error.status === 405) response.setHeader('allow', 'GET, HEAD')
  // A form that is too long is not waited for.
  if (error.status === 413) response.setHeader('connection', 'close')
  send(response, error.status, { status: 'error', errorType: error.type, error: error.message })
}

function send(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'x-content-type-options': 'nosniff',
  })
  response.end(bytes)
}
