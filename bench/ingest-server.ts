/**
 * The embedded source as `tracebell` joins it, with ten filters that are run over every span: the receivers, the window
 * with its default bounds, and a look at what changed five times a second. Tells its parent its addresses, then answers
 * each message with what it did so far.
 */
import { listen, listenWith } from '../src/api/listen.js'
import { boundHeapGrowth } from '../src/cli/bound-heap-growth.js'
import { createOtlpGrpcServer } from '../src/source/otlp/grpc-server.js'
import { createOtlpHandler } from '../src/source/otlp/receiver.js'
import { createTraceWindow, type TraceWindow } from '../src/source/window/trace-window.js'
import { createSystemClock } from '../src/system-clock.js'
import { readConfig } from '../src/config/read-config.js'
import { createLogger } from '../src/telemetry/create-logger.js'
import { createMetrics } from '../src/telemetry/metrics.js'
import { createFiltering, type Filtering } from './filtering.js'

const FILTER_EVERY_MS = 200
const MAX_BODY_BYTES = 16 * 1024 * 1024
const ANY_PORT = { host: '127.0.0.1', port: 0 }

/** What the ingest server did so far. */
export interface IngestReport {
  readonly received: number
  readonly filtered: number
  readonly matches: Readonly<Record<string, number>>
}

async function serve(): Promise<void> {
  boundHeapGrowth()
  const clock = createSystemClock({ keepAlive: true })
  const metrics = createMetrics()
  const logger = createLogger({ level: 'silent', format: 'text', clock, destinations: [], metrics })
  const window = createTraceWindow({ ...readConfig({}).window, clock, metrics })
  const receiver = { window, maxBodyBytes: MAX_BODY_BYTES, clock, logger, metrics }
  const place = { name: 'bench', variable: 'none', canBeOff: false, address: ANY_PORT }
  const http = await listen({ ...place, handler: createOtlpHandler(receiver) })
  const grpc = createOtlpGrpcServer({ ...receiver, isAllowed: () => true })
  const { url } = await listenWith(grpc.server, place, () => grpc.close())

  const filtering = createFiltering()
  filterChanges(window, filtering)
  process.on('message', () => void report())
  process.send?.({ otlpUrl: http.url, otlpGrpcUrl: url })

  async function report(): Promise<void> {
    const received = (await metrics.receivedSpans.get()).values[0]?.value ?? 0
    const { spans, matches } = filtering
    process.send?.({ received, filtered: spans, matches } satisfies IngestReport)
  }
}

function filterChanges(window: TraceWindow, filtering: Filtering): void {
  let mark = window.mark()
  setInterval(() => {
    const since = mark
    mark = window.mark()
    filtering.run(window.glanceSince(since))
  }, FILTER_EVERY_MS)
}

process.on('disconnect', () => process.exit())
process.on('SIGTERM', () => process.exit())
await serve()
