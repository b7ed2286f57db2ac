import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Metadata } from '@grpc/grpc-js'
import { SpanStatusCode } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../loopback.js'
import { encodeTestTrace } from '../tempo-stand-in/test-trace.js'
import { startCatcher } from './catcher.js'
import { makeFolder, startTracebell, type RunningProcess } from './tracebell-process.js'
import { makeTrace, type TraceOptions } from './traces.js'

const ANY_PORT = '127.0.0.1:0'
const LISTEN = {
  TRACEBELL_API_LISTEN: ANY_PORT,
  TRACEBELL_OTLP_HTTP_LISTEN: ANY_PORT,
  TRACEBELL_OTLP_GRPC_LISTEN: ANY_PORT,
  TRACEBELL_TEMPO_LISTEN: ANY_PORT,
}

async function sendTrace(url: string, options: TraceOptions, headers: Readonly<Record<string, string>> = {}) {
  const trace = makeTrace(options)
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(encodeTestTrace(trace)),
  })
  return { traceId: trace.traceId, status: response.status }
}

/** Sends a span in error with the exporter of OpenTelemetry; rejects where it is not taken. */
async function exportOverGrpc(url: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
  const exporter = new OTLPTraceExporter({ url, metadata })
  const spans = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
  provider.getTracer('test').startSpan('GET /pay').setStatus({ code: SpanStatusCode.ERROR }).end()
  const result = await new Promise<{ readonly error?: Error }>((resolve) => {
    exporter.export(spans.getFinishedSpans(), resolve)
  })
  await exporter.shutdown()
  if (result.error) throw result.error
}

async function addressesOf(tracebell: RunningProcess) {
  return {
    otlp: await tracebell.said(/Receiving OTLP over HTTP url="([^"]+)"/),
    otlpGrpc: await tracebell.said(/Receiving OTLP over gRPC url="([^"]+)"/),
    tempo: await tracebell.said(/Answering as a Tempo url="([^"]+)"/),
    api: await tracebell.said(/Metrics and health url="([^"]+)\/metrics"/),
  }
}

describe('tracebell with no Tempo at all', () => {
  it('receives spans, alerts on them, answers the curl of the specification, and stops when asked', async () => {
    const catcher = await startCatcher()
    const tracebell = startTracebell(
      { ...LISTEN, TEMPO_ALERT_INTERVAL_SECS: '1', TEMPO_ALERT_WEBHOOK_URL: catcher.url },
      await makeFolder(),
    )
    const { otlp, tempo, api } = await addressesOf(tracebell)
    await tracebell.said('🔔 Trace-based alerting started')

    const slow = await sendTrace(otlp, { endMs: Date.now(), durationMs: 1500, name: 'GET /api/search' })
    expect(slow.status).toBe(200)
    await catcher.caught(1)
    expect(catcher.bodies[0]).toMatchObject({
      anomaly_type: 'high_latency',
      trace_id: slow.traceId,
      total_traces: 1,
    })

    const search = await fetch(`${tempo}/api/search?start=0&end=9999999999&limit=1`)
    expect(await search.json()).toMatchObject({
      traces: [{ traceID: slow.traceId.replace(/^0+/, ''), durationMs: 1500 }],
    })
    const metrics = await (await fetch(`${api}/metrics`)).text()
    expect(metrics).toContain('trace_anomalies_total{type="high_latency"} 1')
    expect(metrics).toContain(
      'ALERTS{alertname="high_latency",rootName="GET /api/search",rootServiceName="shop",alertstate="firing"} 1',
    )
    const rules: unknown = await (await fetch(`${api}/api/v1/rules`)).json()
    expect(rules).toMatchObject({
      data: {
        groups: [
          {
            name: 'tracebell',
            rules: [
              {
                name: 'high_latency',
                state: 'firing',
                query: '{ traceDuration >= 1001ms }',
                alerts: [
                  { annotations: { summary: '1 trace took longer than 1000 ms' }, traces: [slow.traceId] },
                ],
              },
              { name: 'error_status', state: 'inactive', health: 'ok' },
              { name: 'high_error_rate', state: 'inactive', health: 'ok' },
            ],
          },
        ],
      },
    })
    expect((await fetch(`${api}/-/healthy`)).status).toBe(200)
    expect((await fetch(`${api}/-/ready`)).status).toBe(200)

    expect(await tracebell.stop()).toBe(0)
    const log = await readFile(join(tracebell.folder, 'logs/app.log'), 'utf8')
    expect(log).toContain('🔔 Trace-based alerting started')
    expect(log).not.toContain('hunter2')
  })

  it('receives spans over gRPC too, from whom has the token', async () => {
    const tracebell = startTracebell(
      { ...LISTEN, TRACEBELL_TOKEN: 'sesame', TEMPO_ALERT_INTERVAL_SECS: '1' },
      await makeFolder(),
    )
    const { otlpGrpc } = await addressesOf(tracebell)
    await expect(exportOverGrpc(otlpGrpc)).rejects.toThrow('a bearer token is needed')
    await exportOverGrpc(otlpGrpc, { authorization: 'Bearer sesame' })
    await tracebell.said('Found trace anomaly anomaly_type="error_status"')
    expect(await tracebell.stop()).toBe(0)
  })

  it('does not listen for gRPC where that is turned off', async () => {
    const tracebell = startTracebell({ ...LISTEN, TRACEBELL_OTLP_GRPC_LISTEN: 'off' }, await makeFolder())
    await tracebell.said('🔔 Trace-based alerting started')
    expect(tracebell.output()).not.toContain('gRPC')
  })

  it('wants the token of every client but of those who ask for its health', async () => {
    const tracebell = startTracebell(
      { ...LISTEN, TRACEBELL_TOKEN: 'sesame', TEMPO_ALERT_INTERVAL_SECS: '1' },
      await makeFolder(),
    )
    const { otlp, otlpGrpc, tempo, api } = await addressesOf(tracebell)
    expect((await sendTrace(otlp, { endMs: Date.now() })).status).toBe(401)
    expect(
      (await sendTrace(otlp, { endMs: Date.now(), error: true }, { authorization: 'Bearer sesame' })).status,
    ).toBe(200)
    expect((await fetch(`${tempo}/api/search`)).status).toBe(401)
    expect((await fetch(`${tempo}/ready`)).status).toBe(200)
    expect((await fetch(`${api}/metrics`)).status).toBe(401)
    expect((await fetch(`${api}/-/healthy`)).status).toBe(200)
    await expect(exportOverGrpc(otlpGrpc)).rejects.toThrow('UNAUTHENTICATED')
    // Its own checks have the token.
    await tracebell.said('Found trace anomaly anomaly_type="error_status"')
    expect(tracebell.output()).not.toContain('sesame')
    const metrics = await fetch(`${api}/metrics`, { headers: { authorization: 'Bearer sesame' } })
    const counted = (await metrics.text()).match(/^tracebell_unauthorized_requests_total.*/gm)
    expect(counted?.toSorted()).toEqual(
      ['api', 'otlp_grpc', 'otlp_http', 'tempo'].map(
        (listener) => `tracebell_unauthorized_requests_total{listener="${listener}"} 1`,
      ),
    )
  })

  it('lets in by a user name, whose password is in a file, and by no token then', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'password'), 'sesame\n')
    const tracebell = startTracebell(
      { ...LISTEN, TRACEBELL_USERNAME: 'ann', TRACEBELL_PASSWORD_FILE: 'password' },
      folder,
    )
    const { api, otlp } = await addressesOf(tracebell)
    const authorization = `Basic ${Buffer.from('ann:sesame').toString('base64')}`
    expect((await fetch(`${api}/api/v2/status`, { headers: { authorization } })).status).toBe(200)
    expect((await sendTrace(otlp, { endMs: Date.now() }, { authorization })).status).toBe(200)
    const byToken = { authorization: 'Bearer sesame' }
    expect((await fetch(`${api}/api/v2/status`, { headers: byToken })).status).toBe(401)
    const inFolder = { TRACEBELL_API_LISTEN: new URL(api).host, TRACEBELL_USERNAME: 'ann' }
    const asking = startTracebell({ ...inFolder, TRACEBELL_PASSWORD_FILE: 'password' }, folder, 'silences')
    expect([await asking.ended, asking.output()]).toEqual([0, 'no silences\n'])
  })

  it.each(['HTTP', 'GRPC'])('exports no spans into itself: %s', async (protocol) => {
    const folder = await makeFolder()
    await writeFile(join(folder, '.env'), 'OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:24999\n')
    const variable = `TRACEBELL_OTLP_${protocol}_LISTEN`
    const tracebell = startTracebell({ ...LISTEN, [variable]: '127.0.0.1:24999' }, folder)
    await tracebell.said('🔔 Trace-based alerting started')
    const warning = "Own spans are not exported: the OTLP endpoint is tracebell's own listener"
    expect(tracebell.output()).toContain(warning)
  })

  it('exports its own spans elsewhere, where that is asked for', async () => {
    let received = ''
    const collector = createServer((request, response) => {
      void buffer(request).then((body) => {
        received += body.toString('latin1')
        return response.end()
      })
    })
    const endpoint = await listenOnLoopback(collector)
    const variables = { ...LISTEN, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, TEMPO_ALERT_INTERVAL_SECS: '1' }
    const tracebell = startTracebell(variables, await makeFolder())
    await tracebell.said('🔍 OpenTelemetry initialized')
    await tracebell.said('🔔 Trace-based alerting started')
    expect(await tracebell.stop()).toBe(0)
    expect(received).toContain('trace anomaly check')
    expect(received).toContain('tracebell')
  })

  it.each<[string, () => Promise<string>]>([
    ['refused', refusedEndpoint],
    ['never answered', () => listenOnLoopback(createServer(() => {}))],
  ])(
    'stops where its own spans are %s, whose exporter would wait for ten minutes',
    async (_name, startEndpoint) => {
      const endpoint = await startEndpoint()
      const tracebell = startTracebell(
        {
          ...LISTEN,
          OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
          OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
          TEMPO_ALERT_INTERVAL_SECS: '1',
        },
        await makeFolder(),
      )
      await tracebell.said('🔔 Trace-based alerting started')
      expect(await tracebell.stop()).toBe(0)
      expect(tracebell.output()).toMatch(/Trace-based alerting stopped\n$/)
    },
  )
})

async function refusedEndpoint(): Promise<string> {
  const server = createServer()
  const endpoint = await listenOnLoopback(server)
  server.close()
  await once(server, 'close')
  return endpoint
}

describe('tracebell that cannot start', () => {
  it('names every faulty variable with what was found and what is allowed, and ends with 2', async () => {
    const tracebell = startTracebell(
      {
        TEMPO_ENABLED: 'yes please',
        TEMPO_URL: 'localhost:3200',
        TEMPO_ALERT_INTERVAL_SECS: '0',
        TEMPO_ERROR_RATE_THRESHOLD: '5%',
        TEMPO_ALERT_WEBHOOK_URL: 'hunter2',
        TRACEBELL_API_LISTEN: '0.0.0.0:9320',
        LOG_LEVEL: 'loud',
      },
      await makeFolder(),
    )
    expect(await tracebell.ended).toBe(2)
    expect(tracebell.output().split('\n')).toEqual([
      'The configuration cannot be used:',
      '  TEMPO_ENABLED: found "yes please", expected true or false',
      '  TEMPO_URL: found "localhost:3200", expected an http:// or https:// address without user name and password',
      '  TEMPO_ALERT_INTERVAL_SECS: found "0", expected a whole number from 1 to 86400',
      '  TEMPO_ERROR_RATE_THRESHOLD: found "5%", expected a number from 0 to 1',
      '  TEMPO_ALERT_WEBHOOK_URL: found "(hidden)", expected an http:// or https:// address without user name and password',
      '  LOG_LEVEL: found "loud", expected one of debug, info, warn, error, silent',
      '  TRACEBELL_API_LISTEN: found "0.0.0.0:9320", expected a loopback address, or TRACEBELL_TOKEN set as well (TRACEBELL_INSECURE=true opens it to everybody)',
      '',
    ])
  })

  it.each([
    ['OTLP/HTTP', 'TRACEBELL_OTLP_HTTP_LISTEN'],
    ['OTLP/gRPC', 'TRACEBELL_OTLP_GRPC_LISTEN'],
  ])('names a port that is taken and how to change it, and ends with 2: %s', async (name, variable) => {
    const origin = await listenOnLoopback(createServer())
    const { host, port } = new URL(origin)
    const tracebell = startTracebell({ ...LISTEN, [variable]: host }, await makeFolder())
    expect(await tracebell.ended).toBe(2)
    expect(tracebell.output()).toContain(
      `${name}: port ${port} on 127.0.0.1 is taken; set ${variable} to another address`,
    )
  })

  it.each([['--nonsense'], ['nonsense'], ['demo', '--nonsense'], ['query', '--nonsense']])(
    'ends with 2 where it is called with %s %s',
    async (...args) => {
      const tracebell = startTracebell({}, await makeFolder(), ...args)
      expect(await tracebell.ended).toBe(2)
      expect(tracebell.output()).toMatch(/^(?:error: |unknown command )/m)
    },
  )

  it('ends with 0 and says so where alerting is turned off', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, '.env'), 'TEMPO_ENABLED=false\n')
    const tracebell = startTracebell({}, folder)
    expect(await tracebell.ended).toBe(0)
    expect(tracebell.output()).toContain('Trace-based alerting is off')
  })
})
