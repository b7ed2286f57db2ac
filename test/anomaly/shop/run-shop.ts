import { SpanKind } from '@opentelemetry/api'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node'
import { createFaults } from '../../../examples/host-app/faults.js'
import { createProviders } from '../../../examples/host-app/providers.js'
import { createShop } from '../../../examples/host-app/shop.js'
import { within } from '../../../examples/host-app/within.js'
import { createRandom } from '../../../bench/load/random.js'
import { sendTraffic, type Visit } from '../../../src/cli/demo/traffic.js'
import { createMetrics } from '../../../src/telemetry/metrics.js'
import { createTracesHere, type TracesHere } from '../../../src/traces-here.js'
import { createTestClock, type TestClock } from '../../test-clock.js'

const WINDOW_BYTES = 64 * 1024 * 1024
const WINDOW_AGE_MS = 30 * 60_000

/** The demo's shop with the demo's traffic, on a time that a test moves on. */
export interface ShopRun {
  readonly clock: TestClock
  /** Its spans, as they were received, and what can be asked of them. */
  readonly here: TracesHere
  /** Sets its faults, from a query as `PUT /faults` has it. */
  setFaults(query: string): void
  /** Receives the spans that have ended since the last time. */
  receive(): void
  stop(): Promise<void>
}

/** Opens the shop to its customers. The same seed makes the same spans but for their ids. */
export function runShop(seed: number): ShopRun {
  const clock = createTestClock()
  const time = timeOf(clock)
  const collected = collectSpans()
  const providers = createProviders(collected.processor)
  const faults = createFaults()
  const shop = createShop({ tracer: providers.tracer, faults, time, random: createRandom(seed) })
  const bounds = { maxBytes: WINDOW_BYTES, maxAgeMs: WINDOW_AGE_MS, lagMs: 0 }
  const here = createTracesHere({ ...bounds, clock, metrics: createMetrics() })

  /** What instrumentation of HTTP makes of a request. */
  const visit: Visit = async (errand) => {
    const [name, work] =
      errand === 'order'
        ? (['POST /upload', () => shop.order(9)] as const)
        : (['GET /search', () => shop.search('test')] as const)
    const tracer = providers.tracer({ service: 'storefront' })
    await within<unknown>(tracer, time, name, { kind: SpanKind.SERVER }, work)
  }

  const closing = new AbortController()
  const traffic = sendTraffic(visit, clock, closing.signal)
  return {
    clock,
    here,
    setFaults(query) {
      const wrong = faults.set(new URLSearchParams(query))
      if (wrong !== undefined) throw new Error(wrong)
    },
    receive() {
      const request = ProtobufTraceSerializer.serializeRequest(collected.take())
      if (request !== undefined) here.window.add(Buffer.from(request))
    },
    async stop() {
      closing.abort(new Error('the shop closes'))
      await traffic
      await providers.shutdown()
    },
  }
}

function timeOf(clock: TestClock): { now(): number; sleep(ms: number): Promise<void> } {
  return {
    now: () => clock.now(),
    sleep: (ms) => clock.sleepUntil(clock.now() + ms, new AbortController().signal),
  }
}

/** A processor that keeps the spans that have ended until they are taken. */
function collectSpans(): { readonly processor: SpanProcessor; take(): ReadableSpan[] } {
  let ended: ReadableSpan[] = []
  return {
    processor: {
      onStart: () => {},
      onEnd: (span) => void ended.push(span),
      forceFlush: async () => {},
      shutdown: async () => {},
    },
    take() {
      const taken = ended
      ended = []
      return taken
    },
  }
}
