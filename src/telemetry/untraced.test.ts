import { once } from 'node:events'
import http from 'node:http'
import { createRequire } from 'node:module'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { Pool } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../../test/loopback.js'
import { untraced } from './untraced.js'

const exporter = new InMemorySpanExporter()
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
provider.register()
registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation({ disableIncomingRequestInstrumentation: true }),
    new UndiciInstrumentation(),
  ],
})
// The instrumentation wraps the module's functions when it is next required.
createRequire(import.meta.url)('node:http')

let traceHeaders: unknown[]
let origin: string
let pool: Pool

beforeEach(async () => {
  exporter.reset()
  traceHeaders = []
  const server = http.createServer((request, response) => {
    traceHeaders.push(request.headers['traceparent'])
    response.end('{}')
  })
  origin = await listenOnLoopback(server)
  pool = new Pool(origin)
})
afterEach(() => pool.close())

async function requestWithUndici(): Promise<void> {
  const { body } = await pool.request({ method: 'POST', path: '/', body: '{}' })
  await body.dump()
}

async function requestWithHttp(): Promise<void> {
  const request = http.request(origin, { method: 'POST' }, (response) => response.resume())
  request.end('{}')
  await once(request, 'close')
}

describe('untraced', () => {
  it.each([
    ['undici', requestWithUndici],
    ['node:http', requestWithHttp],
  ])('keeps a request of %s out of the traces, which show it otherwise', async (_name, request) => {
    await request()
    expect(exporter.getFinishedSpans()).toHaveLength(1)
    exporter.reset()

    await untraced(request)
    expect(exporter.getFinishedSpans()).toEqual([])
    expect(traceHeaders).toEqual([expect.any(String), undefined])
  })

  it('keeps a request out that begins later in the same work, within a span of the application', async () => {
    await provider.getTracer('application').startActiveSpan('GET /orders', async (span) => {
      await untraced(async () => {
        await new Promise(setImmediate)
        await requestWithUndici()
      })
      await requestWithUndici()
      span.end()
    })
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['POST', 'GET /orders'])
  })

  it('answers what the work answers and throws what it throws', () => {
    expect(untraced(() => 7)).toBe(7)
    expect(() =>
      untraced(() => {
        throw new Error('no')
      }),
    ).toThrow('no')
  })
})
