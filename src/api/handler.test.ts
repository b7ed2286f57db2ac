import { once } from 'node:events'
import { createServer, request, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../../test/loopback.js'
import type { HealthReport } from '../rule/check-health.js'
import { createMetrics } from '../telemetry/metrics.js'
import { createApiHandler, HEALTH_PATHS, type ApiOptions } from './handler.js'
import type { Handler } from './listen.js'

const HEALTHY: HealthReport = {
  state: 'healthy',
  failuresInARow: 0,
  lastGoodAt: Date.UTC(2026, 10, 24, 8, 44),
  lastError: undefined,
}
const PLAIN = 'text/plain; charset=utf-8'
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

function serve(options: Partial<ApiOptions> = {}): Promise<string> {
  const handler = createApiHandler({
    metrics: async () => 'checks_total 1\n',
    metricsContentType: METRICS_TYPE,
    health: () => HEALTHY,
    ...options,
  })
  return listenOnLoopback(createServer(handler))
}

/** Sends a path as it stands, which `fetch` would tidy up. */
async function ask(
  origin: string,
  path: string,
  options: RequestOptions = {},
  body?: string,
): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  const asked = request({ hostname, port, path, agent: false, ...options })
  asked.end(body)
  const [response] = await once(asked, 'response')
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

describe('createApiHandler', () => {
  it('hands what others answer to them, by any method, and tells of it', async () => {
    const named =
      (name: string): Handler =>
      (_, response) =>
        void response.end(name)
    const origin = await serve({
      prometheus: named('prometheus'),
      alertmanager: named('alertmanager'),
      own: named('own'),
    })
    const asked = [
      '/api/v1/rules',
      '/api/v2/silences?x',
      '/api/tracebell/v1/x',
      '/api/v2',
      '/alertmanager/api/v2/status',
    ]
    const answers = await Promise.all(asked.map((path) => ask(origin, path, { method: 'POST' })))
    expect(answers.map(({ body, status }) => (status === 200 ? body : status))).toEqual([
      'prometheus',
      'alertmanager',
      'own',
      405,
      405,
    ])
    expect((await ask(origin, '/')).body).toBe(
      'tracebell: see /metrics, /-/healthy, /-/ready, /api/v1/rules, /api/v1/alerts, /api/v2/alerts, /api/v2/silences, /api/v2/status and /api/tracebell/v1/notifications\n',
    )
  })

  it.each([
    ['/metrics', 200, METRICS_TYPE, 'checks_total 1\n'],
    ['/metrics?name=x', 200, METRICS_TYPE, 'checks_total 1\n'],
    ['/-/healthy', 200, PLAIN, 'tracebell is healthy\n'],
    ['/-/healthy?x', 200, PLAIN, 'tracebell is healthy\n'],
    ['/-/ready', 200, PLAIN, 'tracebell is ready\n'],
    ['/', 200, PLAIN, 'tracebell: see /metrics, /-/healthy and /-/ready\n'],
    ['/?', 200, PLAIN, 'tracebell: see /metrics, /-/healthy and /-/ready\n'],
    ['/metrics/', 404, PLAIN, 'not found: there are /metrics, /-/healthy and /-/ready\n'],
    ['//metrics', 404, PLAIN, 'not found: there are /metrics, /-/healthy and /-/ready\n'],
    ['/Metrics', 404, PLAIN, 'not found: there are /metrics, /-/healthy and /-/ready\n'],
    ['/-/../metrics', 404, PLAIN, 'not found: there are /metrics, /-/healthy and /-/ready\n'],
    ['/%6detrics', 404, PLAIN, 'not found: there are /metrics, /-/healthy and /-/ready\n'],
    ['/__proto__', 404, PLAIN, 'not found: there are /metrics, /-/healthy and /-/ready\n'],
    ['/<script>', 404, PLAIN, 'not found: there are /metrics, /-/healthy and /-/ready\n'],
    ['*', 404, PLAIN, 'not found: there are /metrics, /-/healthy and /-/ready\n'],
    [`/${'x'.repeat(10_000)}`, 404, PLAIN, 'not found: there are /metrics, /-/healthy and /-/ready\n'],
  ])('answers GET %s with %d', async (path, status, contentType, body) => {
    const answer = await ask(await serve(), path)
    expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([status, contentType, body])
  })

  it.each(['/metrics', '/-/healthy', '/-/ready', '/'])(
    'answers HEAD %s as GET, without a body',
    async (path) => {
      const origin = await serve()
      const [head, get] = [await ask(origin, path, { method: 'HEAD' }), await ask(origin, path)]
      expect([head.status, head.headers['content-type'], head.body]).toEqual([
        200,
        get.headers['content-type'],
        '',
      ])
    },
  )

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])('does not take %s', async (method) => {
    const origin = await serve()
    for (const path of ['/metrics', '/-/ready', '/unknown']) {
      const answer = await ask(
        origin,
        path,
        { method },
        method === 'OPTIONS' ? undefined : 'x'.repeat(200_000),
      )
      expect([answer.status, answer.headers.allow, answer.body]).toEqual([
        405,
        'GET, HEAD',
        'only GET and HEAD are answered here\n',
      ])
    }
  })

  it('shows the metrics of the engine', async () => {
    const { registry } = createMetrics()
    const origin = await serve({
      metrics: () => registry.metrics(),
      metricsContentType: registry.contentType,
    })
    const { body, headers } = await ask(origin, '/metrics')
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(body).toContain('\ntrace_anomalies_total{type="high_latency"} 0\n')
    expect(body.endsWith('\n')).toBe(true)
  })

  it('answers 500, and goes on, where the metrics cannot be collected', async () => {
    let faults = 1
    const origin = await serve({
      metrics: async () => {
        if (faults-- > 0) throw new Error('s3cr3t')
        return 'checks_total 1\n'
      },
    })
    const answer = await ask(origin, '/metrics')
    expect([answer.status, answer.body]).toEqual([500, 'the metrics could not be collected\n'])
    expect((await ask(origin, '/metrics')).status).toBe(200)
  })

  it.each<[Partial<HealthReport>, number, string]>([
    [{ state: 'healthy' }, 200, 'tracebell is ready'],
    [{ state: 'healthy', failuresInARow: 4, lastError: 'Tempo API error: 503' }, 200, 'tracebell is ready'],
    [{ state: 'starting' }, 503, 'no check has been good yet'],
    [
      { state: 'starting', failuresInARow: 1, lastError: 'Tempo API error: 503' },
      503,
      'no check has been good yet: Tempo API error: 503',
    ],
    [
      { state: 'failing', failuresInARow: 7, lastError: 'Tempo API error: Connection refused' },
      503,
      'the last 7 checks failed: Tempo API error: Connection refused',
    ],
    [{ state: 'failing', failuresInARow: 5 }, 503, 'the last 5 checks failed'],
  ])('of %j says %d %s', async (report, status, body) => {
    const origin = await serve({ health: () => ({ ...HEALTHY, ...report }) })
    const answer = await ask(origin, '/-/ready')
    expect([answer.status, answer.body]).toEqual([status, `${body}\n`])
    expect((await ask(origin, '/-/healthy')).status).toBe(200)
  })

  it('is ready while the state is not saved, and says so, but not why', async () => {
    const degraded = { since: Date.UTC(2026, 10, 24, 8, 44), error: '/data/tracebell.db is gone', unsaved: 3 }
    const origin = await serve({ storeHealth: () => ({ degraded }) })
    const answer = await ask(origin, '/-/ready')
    expect([answer.status, answer.body]).toEqual([
      200,
      'tracebell is ready\nits state has not been saved since 2026-11-24T08:44:00.000Z\n',
    ])
  })

  it.each<[string, NonNullable<ApiOptions['reload']>, number, string]>([
    ['what was taken', async () => [], 200, 'the configuration was read again\n'],
    [
      'every fault',
      async () => ['a: is wrong', 'b: is wrong'],
      500,
      'the configuration was not taken:\n  a: is wrong\n  b: is wrong\n',
    ],
    ['that it comes too early', () => undefined, 503, 'tracebell is starting\n'],
  ])('tells who asks for a reload %s', async (_what, reload, status, body) => {
    const origin = await serve({ reload })
    for (const method of ['POST', 'PUT']) {
      const answer = await ask(origin, '/-/reload', { method })
      expect([answer.status, answer.body]).toEqual([status, body])
    }
    const { status: refused, headers } = await ask(origin, '/-/reload')
    expect([refused, headers.allow]).toEqual([405, 'POST, PUT'])
  })

  it('reloads nothing where nothing can be', async () => {
    expect((await ask(await serve(), '/-/reload', { method: 'POST' })).status).toBe(405)
    expect((await ask(await serve(), '/-/reload')).status).toBe(404)
  })

  it('looks at health anew for every request', async () => {
    const states = ['starting', 'failing', 'healthy'] as const
    let asked = 0
    const origin = await serve({ health: () => ({ ...HEALTHY, state: states[asked++] ?? 'healthy' }) })
    const statuses = []
    for (const _ of states) statuses.push((await ask(origin, '/-/ready')).status)
    expect(statuses).toEqual([503, 503, 200])
  })

  it('answers every path that asks whether it lives', async () => {
    const origin = await serve()
    for (const path of HEALTH_PATHS) expect((await ask(origin, path)).status).toBe(200)
  })
})
