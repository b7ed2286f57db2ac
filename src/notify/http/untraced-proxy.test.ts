import { createRequire } from 'node:module'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { expect, it, onTestFinished } from 'vitest'
import { startFarEnd } from '../../../test/notify/far-end.js'
import { startProxy } from '../../../test/notify/proxy.js'
import { createTestClock } from '../../../test/test-clock.js'
import { untraced, type Untraced } from '../../telemetry/untraced.js'
import { createHttpClient } from './http-client.js'

it.each(['http', 'https'])(
  'a post of %s through a proxy is in no trace, and its tunnel neither',
  async (scheme) => {
    const exporter = new InMemorySpanExporter()
    const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    provider.register()
    registerInstrumentations({
      tracerProvider: provider,
      instrumentations: [
        new HttpInstrumentation({
          disableIncomingRequestInstrumentation: true,
          disableOutgoingRequestInstrumentation: true,
        }),
        new UndiciInstrumentation(),
      ],
    })
    createRequire(import.meta.url)('node:http')
    const [proxy, far] = [await startProxy(), await startFarEnd()]
    const request = {
      url: new URL(far.origin.replace('http', scheme)),
      headers: {},
      body: '{}',
      proxy: new URL(proxy.origin),
    }
    const common = { timeoutMs: 5000, userAgent: 'test', clock: createTestClock() }
    const post = async (wrap: Untraced): Promise<number> => {
      const client = createHttpClient({ ...common, untraced: wrap, tls: { rejectUnauthorized: false } })
      onTestFinished(() => client.close())
      exporter.reset()
      await client.post(request, new AbortController().signal)
      return exporter.getFinishedSpans().length
    }
    expect(await post((work) => work())).toBeGreaterThan(0)
    expect(await post(untraced)).toBe(0)
    expect(proxy.headers.at(-1)).not.toHaveProperty('traceparent')
  },
)
