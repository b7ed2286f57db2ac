import type { ServerResponse } from 'node:http'
import type { HealthReport } from '../rule/check-health.js'
import { isAlertmanagerPath } from './alertmanager/handler.js'
import type { Handler } from './listen.js'
import type { StoreHealth } from '../store/store.js'
import { isPrometheusPath } from './prometheus/handler.js'
import { isOwnApiPath } from './tracebell/handler.js'

export interface ApiOptions {
  /** The metrics in Prometheus' text form. */
  readonly metrics: () => Promise<string>
  readonly metricsContentType: string
  readonly health: () => HealthReport
  /** How the store is, where there is one. */
  readonly storeHealth?: (() => Pick<StoreHealth, 'degraded'>) | undefined
  /**
   * Reads the configuration again, where that can be done: what was wrong with it, a sentence each, or undefined while
   * tracebell starts.
   */
  readonly reload?: (() => Promise<readonly string[]> | undefined) | undefined
  /** Answers as a Prometheus does, where there are rules to tell of. */
  readonly prometheus?: Handler | undefined
  /** Answers as an Alertmanager does, where alerts are dispatched. */
  readonly alertmanager?: Handler | undefined
  /** Answers what only a tracebell can, where there is an outbox. */
  readonly own?: Handler | undefined
}

/** Answers for those who ask whether it lives: they need no token. */
export const HEALTH_PATHS = ['/-/healthy', '/-/ready'] as const

/** Each part that may be handed in, what it answers, and how people find it. */
const PARTS = [
  { part: 'prometheus', isPath: isPrometheusPath, paths: ['/api/v1/rules', '/api/v1/alerts'] },
  {
    part: 'alertmanager',
    isPath: isAlertmanagerPath,
    paths: ['/api/v2/alerts', '/api/v2/silences', '/api/v2/status'],
  },
  { part: 'own', isPath: isOwnApiPath, paths: ['/api/tracebell/v1/notifications'] },
] as const

/** tracebell's own HTTP API: `/metrics`, `/-/healthy`, `/-/ready`, `/-/reload`, and what is handed in. */
export function createApiHandler(options: ApiOptions): Handler {
  const parts = PARTS.flatMap((each) => {
    const handler = options[each.part]
    return handler === undefined ? [] : [{ ...each, handler }]
  })
  const own = createOwnPaths(options)
  const paths = listPaths([...own.keys(), ...parts.flatMap((each) => each.paths)])
  const index: OwnPath = {
    methods: READ,
    answer: (response) => answer(response, 200, `tracebell: see ${paths}`),
  }
  const missing: OwnPath = {
    methods: READ,
    answer: (response) => answer(response, 404, `not found: there are ${paths}`),
  }
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? ''
    const found = parts.find(({ isPath }) => isPath(path))
    if (found !== undefined) return found.handler(request, response)
    request.resume()
    const { methods, answer: send } = own.get(path) ?? (path === '/' ? index : missing)
    if (methods.includes(request.method ?? '')) return send(response)
    response.setHeader('allow', methods.join(', '))
    answer(response, 405, `only ${methods.join(' and ')} are answered here`)
  }
}

interface OwnPath {
  readonly methods: readonly string[]
  readonly answer: (response: ServerResponse) => void
}

const READ = ['GET', 'HEAD']

function createOwnPaths({
  metrics,
  metricsContentType,
  health,
  storeHealth,
  reload,
}: ApiOptions): ReadonlyMap<string, OwnPath> {
  const [healthy, ready] = HEALTH_PATHS
  const paths = new Map<string, OwnPath>([
    [
      '/metrics',
      { methods: READ, answer: (response) => answerMetrics(response, metrics, metricsContentType) },
    ],
    [healthy, { methods: READ, answer: (response) => answer(response, 200, 'tracebell is healthy') }],
    [
      ready,
      {
        methods: READ,
        answer: (response) => answerReady(response, health(), describeStore(storeHealth?.())),
      },
    ],
  ])
  if (reload !== undefined) {
    paths.set('/-/reload', {
      methods: ['POST', 'PUT'],
      answer: (response) => void answerReload(response, reload()),
    })
  }
  return paths
}

function answerMetrics(response: ServerResponse, metrics: ApiOptions['metrics'], contentType: string): void {
  metrics().then(
    (text) => answer(response, 200, text, contentType),
    () => answer(response, 500, 'the metrics could not be collected'),
  )
}

/** As Alertmanager, with 500 where nothing has changed. */
async function answerReload(
  response: ServerResponse,
  reloading: Promise<readonly string[]> | undefined,
): Promise<void> {
  if (reloading === undefined) return answer(response, 503, 'tracebell is starting')
  const problems = await reloading
  if (problems.length === 0) return answer(response, 200, 'the configuration was read again')
  answer(response, 500, ['the configuration was not taken:', ...problems].join('\n  '))
}

function listPaths(paths: readonly string[]): string {
  return `${paths.slice(0, -1).join(', ')} and ${paths.at(-1)}`
}

/** Ready is who sees traces: not before the first good check, and not while checks keep failing. */
function answerReady(
  response: ServerResponse,
  { state, failuresInARow, lastError }: HealthReport,
  store: string,
): void {
  if (state === 'healthy') return answer(response, 200, `tracebell is ready${store}`)
  const error = lastError === undefined ? '' : `: ${lastError}`
  if (state === 'starting') return answer(response, 503, `no check has been good yet${error}`)
  answer(response, 503, `the last ${failuresInARow} checks failed${error}`)
}

/** Alerting goes on from memory meanwhile. Why it is so is not for those who show no credentials. */
function describeStore(health: Pick<StoreHealth, 'degraded'> | undefined): string {
  if (health?.degraded === undefined) return ''
  return `\nits state has not been saved since ${new Date(health.degraded.since).toISOString()}`
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
