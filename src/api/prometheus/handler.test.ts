import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { buildRuleGroup, slowRule } from '../../../test/build-rule-group.js'
import { anomalyRule } from '../../../test/build-rule.js'
import { listenOnLoopback } from '../../../test/loopback.js'
import { readMeasure } from '../../../test/read-measure.js'
import { createTestClock } from '../../../test/test-clock.js'
import { createTestLogger } from '../../../test/test-logger.js'
import type { RuleGroup } from '../../model/alerting-rule.js'
import { MINUTE_MS } from '../../model/time.js'
import type { GroupStatus } from '../../rule/group-status.js'
import { createRuleGroup } from '../../rule/rule-group.js'
import { createMemoryRuleStore } from '../../store/memory-rule-store.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { createApiHandler } from '../handler.js'
import { createPrometheusApiHandler, isPrometheusPath } from './handler.js'
import { LONGEST_FORM_BYTES } from './read-params.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'

/** A group after evaluations, a minute apart, of which each is what its rules measured. */
async function evaluated(
  group: RuleGroup,
  ...evaluations: readonly (readonly string[])[]
): Promise<GroupStatus> {
  let measures: readonly string[] = []
  const run = createRuleGroup({
    group,
    measure: async (_, at) => measures.map((each) => withTraces(readMeasure(each, at))),
    render: (template) => template,
    store: createMemoryRuleStore(),
    onAlerts: () => {},
    clock: createTestClock(T0),
    logger: createTestLogger(),
    metrics: createMetrics(),
  })
  for (const [minute, each] of evaluations.entries()) {
    measures = each
    await run.evaluate(T0 + minute * MINUTE_MS, new AbortController().signal)
  }
  return run.status()
}

function withTraces(measure: ReturnType<typeof readMeasure>) {
  if (measure instanceof Error) return measure
  const trace = {
    traceId: TRACE_ID,
    rootServiceName: 'shop',
    rootSpanName: 'GET /cart',
    start: T0,
    durationMs: 1500,
    failedServices: [],
  }
  return { ...measure, samples: measure.samples.map((sample) => ({ ...sample, exemplars: [trace] })) }
}

async function serve(...groups: readonly GroupStatus[]) {
  const prometheus = createPrometheusApiHandler({
    groups: () => groups,
    clock: createTestClock(T0),
    version: '1.2.3',
  })
  const handler = createApiHandler({
    metrics: async () => '',
    metricsContentType: 'text/plain',
    health: () => ({ state: 'healthy', failuresInARow: 0, lastGoodAt: T0, lastError: undefined }),
    prometheus,
  })
  const origin = await listenOnLoopback(createServer(handler))
  return async (path: string, init?: RequestInit) => {
    const response = await fetch(`${origin}${path}`, init)
    const body = await response.text()
    const isJson = body !== '' && response.headers.get('content-type') === 'application/json'
    return { status: response.status, headers: response.headers, body: isJson ? parse(body) : body }
  }
}

const parse = (json: string): unknown => JSON.parse(json)

const busy = (): Promise<GroupStatus> =>
  evaluated(
    buildRuleGroup({
      name: 'busy',
      rules: [
        slowRule({
          keepFiringForMs: 5 * MINUTE_MS,
          labels: new Map([['severity', 'page']]),
          annotations: new Map([['summary', 'slow']]),
          limit: 7,
        }),
        slowRule({ alert: 'Waiting', forMs: 90_000, limit: 7 }),
        slowRule({ alert: 'Failed', limit: 7 }),
        slowRule({ alert: 'Partial', limit: 7 }),
      ],
    }),
    ['b:12! a:1.5!', '', 'a:3!', 'a:3!'],
    ['b:13!', 'c:1!', 'down', 'part a:2'],
  )

const AT = '2026-11-24T08:45:00.000Z'
const WINDOW = { start: '2026-11-24T08:44:00.000Z', end: AT }

const ALERT_A = {
  labels: { alertname: 'Slow', service: 'a', severity: 'page' },
  annotations: { summary: 'slow' },
  state: 'firing',
  activeAt: '2026-11-24T08:44:00.000Z',
  keepFiringSince: AT,
  value: '1.5e+00',
  traces: [TRACE_ID],
}
const ALERT_B = {
  labels: { alertname: 'Slow', service: 'b', severity: 'page' },
  annotations: { summary: 'slow' },
  state: 'firing',
  activeAt: '2026-11-24T08:44:00.000Z',
  value: '1.3e+01',
  traces: [TRACE_ID],
}
const ALERT_C = {
  labels: { alertname: 'Waiting', service: 'c' },
  annotations: {},
  state: 'pending',
  activeAt: AT,
  value: '1e+00',
  traces: [TRACE_ID],
}

describe('/api/v1/rules', () => {
  it('lists a rule on what is unlike normal as an alerting rule, by what it looks at', async () => {
    const ask = await serve(
      await evaluated(buildRuleGroup({ rules: [anomalyRule({ signals: ['errors'] })] }), ['a:1!']),
    )
    const { body } = await ask('/api/v1/rules')
    const rule = { name: 'Unusual', type: 'alerting', query: 'anomaly(errors) over { }', state: 'firing' }
    expect(body).toMatchObject({ data: { groups: [{ rules: [rule] }] } })
  })

  it('lists groups and rules in the shape of Prometheus', async () => {
    const ask = await serve(await busy(), await evaluated(buildRuleGroup({ name: 'new' })))
    const { status, headers, body } = await ask('/api/v1/rules')
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json'])
    const common = {
      query: '{} | rate() by (resource.service.name) > 10',
      evaluationTime: 0,
      lastEvaluation: AT,
      type: 'alerting',
      limit: 7,
    }
    expect(body).toEqual({
      status: 'success',
      data: {
        groups: [
          {
            name: 'busy',
            file: 'shop.yaml',
            rules: [
              {
                ...common,
                state: 'firing',
                name: 'Slow',
                duration: 0,
                keepFiringFor: 300,
                labels: { severity: 'page' },
                annotations: { summary: 'slow' },
                alerts: [ALERT_A, ALERT_B],
                health: 'ok',
                verdict: 'firing',
                window: WINDOW,
              },
              {
                ...common,
                state: 'pending',
                name: 'Waiting',
                duration: 90,
                keepFiringFor: 0,
                labels: {},
                annotations: {},
                alerts: [ALERT_C],
                health: 'ok',
                verdict: 'normal',
                window: WINDOW,
              },
              {
                ...common,
                state: 'firing',
                name: 'Failed',
                duration: 0,
                keepFiringFor: 0,
                labels: {},
                annotations: {},
                alerts: [expect.objectContaining({ labels: { alertname: 'Failed', service: 'a' } })],
                health: 'err',
                lastError: 'Tempo API error: 503',
                verdict: 'error',
              },
              {
                ...common,
                state: 'firing',
                name: 'Partial',
                duration: 0,
                keepFiringFor: 0,
                labels: {},
                annotations: {},
                alerts: [expect.objectContaining({ labels: { alertname: 'Partial', service: 'a' } })],
                health: 'ok',
                verdict: 'partial',
                window: WINDOW,
              },
            ],
            interval: 60,
            limit: 7,
            evaluationTime: 0,
            lastEvaluation: AT,
          },
          {
            name: 'new',
            file: 'shop.yaml',
            rules: [
              {
                ...common,
                state: 'inactive',
                name: 'Slow',
                duration: 0,
                keepFiringFor: 0,
                labels: {},
                annotations: {},
                alerts: [],
                health: 'unknown',
                lastEvaluation: '0001-01-01T00:00:00Z',
                limit: 0,
              },
            ],
            interval: 60,
            limit: 0,
            evaluationTime: 0,
            lastEvaluation: '0001-01-01T00:00:00Z',
          },
        ],
      },
    })
  })

  const three = () =>
    Promise.all([
      evaluated(
        buildRuleGroup({ file: 'a.yaml', name: 'one', rules: [slowRule(), slowRule({ alert: 'Failed' })] }),
        ['a:1!', ''],
      ),
      evaluated(buildRuleGroup({ file: 'a.yaml', name: 'two' }), ['']),
      evaluated(buildRuleGroup({ file: 'b.yaml', name: 'one' }), ['a:1! b:1!']),
    ])

  /** What an answer lists: `file group: rules with the number of their alerts`. */
  function listed(body: unknown): string[] {
    // oxlint-disable-next-line no-unsafe-type-assertion
    const { data } = body as {
      data: { groups: { file: string; name: string; rules: { name: string; alerts: unknown[] }[] }[] }
    }
    return data.groups.map(
      ({ file, name, rules }) =>
        `${file} ${name}: ${rules.map((rule) => `${rule.name} ${rule.alerts.length}`).join(', ')}`,
    )
  }

  it.each<[string, readonly string[]]>([
    ['', ['a.yaml one: Slow 1, Failed 0', 'a.yaml two: Slow 0', 'b.yaml one: Slow 2']],
    ['?type=alert', ['a.yaml one: Slow 1, Failed 0', 'a.yaml two: Slow 0', 'b.yaml one: Slow 2']],
    ['?type=record', []],
    ['?rule_name[]=Failed', ['a.yaml one: Failed 0']],
    [
      '?rule_name[]=Failed&rule_name[]=Slow&file[]=a.yaml',
      ['a.yaml one: Slow 1, Failed 0', 'a.yaml two: Slow 0'],
    ],
    ['?rule_group[]=two', ['a.yaml two: Slow 0']],
    ['?rule_group[]=one&file[]=b.yaml', ['b.yaml one: Slow 2']],
    ['?file[]=c.yaml', []],
    ['?rule_name[]=slow', []],
    ['?exclude_alerts=true&file[]=b.yaml', ['b.yaml one: Slow 0']],
  ])('chooses by %j', async (search, expected) => {
    const ask = await serve(...(await three()))
    for (const prefix of ['', '/prometheus']) {
      const { status, body } = await ask(`${prefix}/api/v1/rules${search}`)
      expect([status, listed(body)]).toEqual([200, expected])
    }
  })

  it('gives its groups page by page', async () => {
    const ask = await serve(...(await three()))
    const pages: string[][] = []
    let token: string | undefined
    do {
      const next: string = token === undefined ? '' : `&group_next_token=${token}`
      const { body } = await ask(`/api/v1/rules?group_limit=2${next}`)
      pages.push(listed(body))
      // oxlint-disable-next-line no-unsafe-type-assertion
      token = (body as { data: { groupNextToken?: string } }).data.groupNextToken
    } while (token !== undefined)
    expect(pages).toEqual([['a.yaml one: Slow 1, Failed 0', 'a.yaml two: Slow 0'], ['b.yaml one: Slow 2']])
    const { status, body } = await ask('/api/v1/rules?group_limit=2&group_next_token=gone')
    expect([status, body]).toEqual([
      400,
      {
        status: 'error',
        errorType: 'bad_data',
        error:
          'invalid parameter "group_next_token": invalid group_next_token "gone": were rule groups changed?',
      },
    ])
  })

  it('says in the shape of Prometheus what it does not take', async () => {
    const ask = await serve()
    const { status, headers, body } = await ask('/api/v1/rules?type=foo')
    expect([status, headers.get('content-type'), body]).toEqual([
      400,
      'application/json',
      {
        status: 'error',
        errorType: 'bad_data',
        error: 'invalid parameter "type": not supported value "foo"',
      },
    ])
  })

  it('shows labels by any name', async () => {
    const rule = slowRule({
      labels: new Map([
        ['__proto__', 'p'],
        ['resource.service.name', 's'],
        ['constructor', 'c'],
      ]),
    })
    const ask = await serve(await evaluated(buildRuleGroup({ rules: [rule] }), ['a:1!']))
    const { body } = await ask('/api/v1/alerts')
    expect(JSON.stringify(body)).toContain(
      '"labels":{"__proto__":"p","alertname":"Slow","constructor":"c","resource.service.name":"s","service":"a"}',
    )
  })
})

describe('/api/v1/alerts', () => {
  it('lists what is pending or fires', async () => {
    const ask = await serve(await busy())
    const { status, body } = await ask('/prometheus/api/v1/alerts')
    expect(status).toBe(200)
    expect(body).toEqual({
      status: 'success',
      data: {
        alerts: [
          ALERT_A,
          ALERT_B,
          ALERT_C,
          expect.objectContaining({ labels: { alertname: 'Failed', service: 'a' } }),
          expect.objectContaining({ labels: { alertname: 'Partial', service: 'a' } }),
        ],
      },
    })
  })

  it('does not list what has ended', async () => {
    const ask = await serve(await evaluated(buildRuleGroup(), ['a:1!'], ['']))
    expect((await ask('/api/v1/alerts')).body).toEqual({ status: 'success', data: { alerts: [] } })
  })
})

describe('what Grafana asks of a data source', () => {
  it('is answered with the version of tracebell, and no feature of a ruler that can be written to', async () => {
    const ask = await serve()
    expect((await ask('/api/v1/status/buildinfo')).body).toEqual({
      status: 'success',
      data: { version: '1.2.3', revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' },
    })
  })

  it('is answered whether it comes by GET or as a form', async () => {
    const ask = await serve()
    const two = { status: 'success', data: { resultType: 'scalar', result: [1_700_000_000, '2'] } }
    expect((await ask('/api/v1/query?query=1%2B1&time=1700000000')).body).toEqual(two)
    const form = { method: 'POST', body: new URLSearchParams({ query: '1+1', time: '1700000000' }) }
    expect((await ask('/api/v1/query', form)).body).toEqual(two)
    expect((await ask('/api/v1/query?time=1', form)).body).toEqual(two)
  })

  it.each(['/api/v1/query?query=up', '/api/v1/query_range?query=up&start=1&end=2&step=1'])(
    'is refused where it would need PromQL: %s',
    async (path) => {
      const ask = await serve()
      const { status, body } = await ask(path)
      expect([status, body]).toEqual([
        422,
        {
          status: 'error',
          errorType: 'execution',
          error:
            'tracebell does not evaluate PromQL: "up"; it answers /api/v1/rules and /api/v1/alerts, and a Prometheus that scrapes /metrics answers queries',
        },
      ])
    },
  )
})

describe('createPrometheusApiHandler', () => {
  it.each([
    '/api/v1/',
    '/api/v1/labels',
    '/api/v1/rules/',
    '/prometheus/api/v1/rules/x',
    '/api/v1/__proto__',
  ])('answers %s with 404', async (path) => {
    const { status, body } = await (await serve())(path)
    expect([status, body]).toMatchObject([404, { status: 'error', errorType: 'not_found' }])
  })

  it.each([
    ['POST', '/api/v1/rules'],
    ['PUT', '/api/v1/alerts'],
    ['DELETE', '/api/v1/query'],
    ['OPTIONS', '/api/v1/rules'],
  ])('does not take %s %s', async (method, path) => {
    const body = method === 'OPTIONS' ? null : 'x'.repeat(200_000)
    const answer = await (await serve())(path, { method, body })
    expect([answer.status, answer.headers.get('allow'), answer.body]).toEqual([
      405,
      'GET, HEAD',
      { status: 'error', errorType: 'bad_data', error: `${method} is not answered here` },
    ])
  })

  it('answers HEAD as GET, without a body', async () => {
    const ask = await serve(await busy())
    const [head, get] = [await ask('/api/v1/alerts', { method: 'HEAD' }), await ask('/api/v1/alerts')]
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
  })

  it('takes no form that is too long', async () => {
    const ask = await serve()
    const post = (bytes: number) =>
      ask('/api/v1/query', { method: 'POST', body: `query=1&x=${'x'.repeat(bytes - 10)}` })
    expect((await post(LONGEST_FORM_BYTES)).status).toBe(200)
    for (const bytes of [LONGEST_FORM_BYTES + 1, 10 * LONGEST_FORM_BYTES]) {
      const { status, body } = await post(bytes)
      expect([status, body]).toEqual([
        413,
        { status: 'error', errorType: 'bad_data', error: 'the form is longer than 65536 bytes' },
      ])
    }
  })

  it('goes on after a form that breaks off', async () => {
    const prometheus = createPrometheusApiHandler({
      groups: () => [],
      clock: createTestClock(T0),
      version: '1',
    })
    const origin = await listenOnLoopback(createServer(prometheus))
    const broken = request(`${origin}/api/v1/query`, { method: 'POST', headers: { 'content-length': 1000 } })
    broken.write('query=')
    broken.on('error', () => {})
    await once(broken, 'socket')
    broken.destroy()
    const asked = request(`${origin}/api/v1/alerts`).end()
    const [response] = await once(asked, 'response')
    expect(await text(response)).toBe('{"status":"success","data":{"alerts":[]}}')
  })

  it('says no more than that of a fault of its own', async () => {
    const prometheus = createPrometheusApiHandler({
      groups: () => {
        throw new Error('s3cr3t')
      },
      clock: createTestClock(T0),
      version: '1',
    })
    const origin = await listenOnLoopback(createServer(prometheus))
    const response = await fetch(`${origin}/api/v1/rules`)
    expect([response.status, await response.json()]).toEqual([
      500,
      { status: 'error', errorType: 'internal', error: 'the answer could not be made' },
    ])
  })

  it('leaves the other paths to others, which name it', async () => {
    const ask = await serve()
    expect((await ask('/-/healthy')).status).toBe(200)
    expect((await ask('/prometheus/metrics')).body).toBe(
      'not found: there are /metrics, /-/healthy, /-/ready, /api/v1/rules and /api/v1/alerts\n',
    )
    expect((await ask('/')).body).toBe(
      'tracebell: see /metrics, /-/healthy, /-/ready, /api/v1/rules and /api/v1/alerts\n',
    )
  })
})

describe('isPrometheusPath', () => {
  it.each([
    ['/api/v1/rules', true],
    ['/prometheus/api/v1/rules', true],
    ['/api/v1', false],
    ['/prometheus', false],
    ['/prometheus/metrics', false],
    ['/api/v2/alerts', false],
    ['/x/api/v1/rules', false],
  ])('of %s is %s', (path, expected) => {
    expect(isPrometheusPath(path)).toBe(expected)
  })
})
