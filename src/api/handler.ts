import type { ServerResponse } from 'node:http'
import type { HealthReport } from '../rule/check-health.js'
import type { Handler } from './listen.js'
import { isPrometheusPath } from './prometheus/handler.js'

export interface ApiOptions {
  /** The metrics in Prometheus' text form. */
  readonly metrics: () => Promise<string>
  readonly metricsContentType: string
  readonly health: () => HealthReport
  /** Answers as a Prometheus does, where there are rules to tell of. */
  readonly prometheus?: Handler | undefined
}

/** Answers for those who ask whether it lives: they need no token. */
export const HEALTH_PATHS = ['/-/healthy', '/-/ready'] as const

const OWN_PATHS = '/metrics, /-/healthy and /-/ready'
const ALL_PATHS = '/metrics, /-/healthy, /-/ready, /api/v1/rules and /api/v1/alerts'

/** tracebell's own HTTP API: `/metrics`, `/-/healthy`, `/-/ready`, and what is handed in. */
export function createApiHandler(options: ApiOptions): Handler {
  const { metrics, metricsContentType, health, prometheus } = options
  const paths = prometheus === undefined ? OWN_PATHS : ALL_PATHS
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? ''
    if (prometheus !== undefined && isPrometheusPath(path)) return prometheus(request, response)
    request.resume()
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return answer(response, 405, 'only GET and HEAD are answered here')
    }
    switch (path) {
      case '/metrics':
        metrics().then(
          (text) => answer(response, 200, text, metricsContentType),
          () => answer(response, 500, 'the metrics could not be collected'),
        )
        return
      case '/-/healthy':
        return answer(response, 200, 'tracebell is healthy')
      case '/-/ready':
        return answerReady(response, health())
      case '/':
        return answer(response, 200, `tracebell: see ${paths}`)
      default:
        return answer(response, 404, `not found: there are ${paths}`)
    }
  }
}

/** Ready is who sees traces: not before the first good check, and not while checks keep failing. */
function answerReady(response: ServerResponse, { state, failuresInARow, lastError }: HealthReport): void {
  if (state === 'healthy') return answer(response, 200, 'tracebell is ready')
  const error = lastError === undefined ? '' : `: ${lastError}`
  if (state === 'starting') return answer(response, 503, `no check has been good yet${error}`)
  answer(response, 503, `the last ${failuresInARow} checks failed${error}`)
}

function answer(
  response: ServerResponse,
  status: number,
  text: string,
  contentType = 'text/plain; charset=utf-8',
) {
  response.writeHead(status, { 'content-type': contentType })
  response.end(text.endsWith('\n') ? text : `${text}\n`)
}
