import { context, ProxyTracerProvider, trace } from '@opentelemetry/api'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { once } from 'node:events'
import http from 'node:http'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { listenOnLoopback } from '../../test/loopback.js'
import { startSpanExport, type SpanExport, type SpanExportOptions } from './export-spans.js'
import type { Logger } from './logger.js'

interface Export {
  readonly path: string | undefined
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

async function startCollector(status = 200) {
  const exports: Export[] = []
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      exports.push({
        path: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('latin1'),
      })
      response.writeHead(status).end()
    })
  })
  return { origin: await listenOnLoopback(server), exports }
}

async function start(env: SpanExportOptions['env'], isOwnListener = (_host: string, _port: number) => false) {
  const lines: unknown[][] = []
  const log =
    (level: string): Logger['info'] =>
    (...entry) => {
      lines.push([level, ...entry])
    }
  const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
  const spanExport = await startSpanExport({ env, isOwnListener, logger })
  onTestFinished(() => spanExport.stop(AbortSignal.abort()))
  return { spanExport, lines }
}

async function flush(): Promise<void> {
  const provider = trace.getTracerProvider()
  const own = provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider
  if (own instanceof NodeTracerProvider) await own.forceFlush()
}

const makeSpan = ({ spans }: SpanExport, name = 'check'): Promise<void> =>
  spans.within(name, {}, async () => {})

describe('startSpanExport', () => {
  it('sends the spans to the endpoint, named after the service, when it stops at the latest', async () => {
    const { origin, exports } = await startCollector()
    const { spanExport, lines } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: origin,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-team=payments',
    })
    expect(spanExport).toMatchObject({ exporting: true, serviceName: 'tracebell' })
    await makeSpan(spanExport, 'trace anomaly check')
    await spanExport.stop()
    await spanExport.stop()
    expect(exports).toHaveLength(1)
    expect(exports[0]?.path).toBe('/v1/traces')
    expect(exports[0]?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'x-team': 'payments',
    })
    expect(exports[0]?.body).toContain('trace anomaly check')
    expect(exports[0]?.body).toMatch(/service\.name[^a-z]*tracebell/)
    expect(lines).toEqual([])
  })

  it('takes the name from OTEL_SERVICE_NAME', async () => {
    const { origin, exports } = await startCollector()
    const { spanExport } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: origin, OTEL_SERVICE_NAME: 'pager' })
    expect(spanExport.serviceName).toBe('pager')
    await makeSpan(spanExport)
    await spanExport.stop()
    expect(exports[0]?.body).toMatch(/service\.name[^a-z]*pager/)
  })

  it('leaves nothing registered after it stopped', async () => {
    const { origin } = await startCollector()
    const { spanExport } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: origin })
    await spanExport.stop()
    const span = trace.getTracer('test').startSpan('after')
    expect(span.isRecording()).toBe(false)
    expect(context.with(trace.setSpan(context.active(), span), () => trace.getActiveSpan())).toBeUndefined()
  })

  it('takes the name from OTEL_RESOURCE_ATTRIBUTES of the process', async () => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.name=watch')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { origin } = await startCollector()
    const { spanExport } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: origin })
    expect(spanExport.serviceName).toBe('watch')
  })

  it.each([
    ['no endpoint', {}],
    ['the SDK disabled', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' }],
  ])('makes no spans and says nothing with %s', async (_name, env) => {
    const { spanExport, lines } = await start(env)
    expect(spanExport).toMatchObject({ exporting: false, serviceName: undefined })
    await makeSpan(spanExport)
    await spanExport.stop()
    expect(trace.getTracer('test').startSpan('any').isRecording()).toBe(false)
    expect(lines).toEqual([])
  })

  it.each([
    ['http://localhost:4318', 'localhost', 4318],
    ['http://[::1]:4318/', '::1', 4318],
    ['https://traces.example', 'traces.example', 443],
    ['http://127.0.0.1', '127.0.0.1', 80],
  ])('exports nothing to its own listener %s, with one warning', async (endpoint, host, port) => {
    const asked: unknown[] = []
    const { spanExport, lines } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, (...address) => {
      asked.push(address)
      return true
    })
    expect(asked).toEqual([[host, port]])
    expect(spanExport.exporting).toBe(false)
    await makeSpan(spanExport)
    expect(lines).toEqual([
      ['warn', "Own spans are not exported: the OTLP endpoint is tracebell's own listener", { host, port }],
    ])
  })

  it('warns of variables it cannot follow', async () => {
    const { spanExport, lines } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })
    expect(spanExport.exporting).toBe(false)
    expect(lines).toEqual([
      [
        'warn',
        'Own spans are not exported',
        {
          error:
            'OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" is not a URL that begins with http:// or https://',
        },
      ],
    ])
  })

  it('warns when the endpoint refuses the spans', async () => {
    const { origin, exports } = await startCollector(400)
    const { spanExport, lines } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: origin })
    await makeSpan(spanExport)
    await spanExport.stop()
    expect(exports).toHaveLength(1)
    expect(lines).toEqual([['warn', 'Failed to export own spans', { error: 'Bad Request' }]])
  })

  it('stops at once where the signal does not allow to wait, and keeps neither connection nor word', async () => {
    const silent = http.createServer(() => {})
    const closed = new Promise((resolve) => {
      silent.on('connection', (socket) => socket.once('close', resolve))
    })
    const requested = once(silent, 'request')
    const { spanExport, lines } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: await listenOnLoopback(silent),
    })
    await makeSpan(spanExport)
    const patience = new AbortController()
    const stopped = spanExport.stop(patience.signal)
    await requested
    patience.abort()
    await expect(stopped).resolves.toBeUndefined()
    await closed
    expect(lines).toEqual([])
  })

  it('does not trace its own requests', async () => {
    const disable = registerInstrumentations({
      instrumentations: [new HttpInstrumentation({ disableIncomingRequestInstrumentation: true })],
    })
    onTestFinished(() => {
      disable()
      syncBuiltinESMExports()
    })
    // The instrumentation wraps the module's functions when it is next required; the exporter imports them.
    createRequire(import.meta.url)('node:http')
    syncBuiltinESMExports()
    const { origin, exports } = await startCollector()
    const { spanExport } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: origin })
    const traced = http.request(`${origin}/traced`, (response) => response.resume()).end()
    await once(traced, 'close')
    await flush()
    await flush()
    await spanExport.stop()
    // A span of the first export's request would have made a second export.
    const sent = exports.filter(({ path }) => path === '/v1/traces').map(({ body }) => body)
    expect(sent).toEqual([expect.stringContaining('/traced')])
    expect(sent[0]).not.toContain('/v1/traces')
  })

  it("leaves an application's own provider and context manager in place", async () => {
    const { origin, exports } = await startCollector()
    const application = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: origin, OTEL_SERVICE_NAME: 'shop' })
    const { spanExport, lines } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: origin,
      OTEL_SERVICE_NAME: 'second',
    })
    expect(lines).toEqual([
      ['info', 'OpenTelemetry is set up in this process already: own spans go to its provider'],
    ])
    expect(spanExport.serviceName).toBe('shop')
    await makeSpan(spanExport)
    await spanExport.stop()
    expect(exports).toEqual([])
    await application.spanExport.stop()
    expect(exports.map(({ body }) => /service\.name[^a-z]*([a-z]+)/.exec(body)?.[1])).toEqual(['shop'])
  })
})
