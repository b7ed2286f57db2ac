import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createTempoApiHandler } from '../src/api/tempo/handler.js'
import type { Span } from '../src/model/span.js'
import { QUERY_LANGUAGE } from '../src/embedded-queries.js'
import { encodeTraceProtobuf } from '../src/otlp/encode-protobuf.js'
import { createOtlpHandler } from '../src/source/otlp/receiver.js'
import { createTraceWindow, type TraceWindow } from '../src/source/window/trace-window.js'
import type { Logger } from '../src/telemetry/logger.js'
import { createMetrics } from '../src/telemetry/metrics.js'
import { readRecording, recordingNames } from './tempo-stand-in/recordings.js'
import { createTestClock, type TestClock } from './test-clock.js'

/** What the embedded source shows the world, over a window of its own, on free loopback ports. */
export interface EmbeddedApi {
  /** The origins, `http://127.0.0.1:<port>`, of the OTLP receiver and of the Tempo-compatible API. */
  readonly otlp: string
  readonly tempo: string
  readonly window: TraceWindow
  readonly clock: TestClock
  close(): void
}

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export async function serveEmbeddedApi(): Promise<EmbeddedApi> {
  const clock = createTestClock()
  const metrics = createMetrics()
  const window = createTraceWindow({ maxBytes: 256_000_000, maxAgeMs: 3_600_000, clock, metrics })
  const otlp = await listen(
    createOtlpHandler({ window, maxBodyBytes: 1_000_000, metrics, logger: silent, clock }),
  )
  const tempo = await listen(
    createTempoApiHandler({ traces: window, language: QUERY_LANGUAGE, clock, version: '1.2.3' }),
  )
  const servers = [otlp, tempo]
  const close = (): void => {
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
  }
  return { otlp: originOf(otlp), tempo: originOf(tempo), window, clock, close }
}

async function listen(handler: RequestListener): Promise<Server> {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function originOf(server: Server): string {
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}

/** Sends what the recordings of these names sent, over OTLP, as they sent it. */
export async function pushRecordings(api: EmbeddedApi, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { method, target, headers, body } = readRecording(name).request
    const response = await fetch(`${api.otlp}${target}`, { method, headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${name} was refused: ${await response.text()}`)
  }
}

/** The recordings that sent the data set. */
export const DATA_SET = recordingNames().filter((name) => readRecording(name).note.startsWith('Data set'))

/** Sends a trace of one span. */
export function pushSpan(
  api: EmbeddedApi,
  span: Pick<Span, 'startTimeUnixNano'> & Partial<Span>,
  service: string,
): void {
  const id = span.startTimeUnixNano.toString(16)
  const whole: Span = {
    traceId: id.padStart(32, '0'),
    spanId: id.padStart(16, '0'),
    parentSpanId: undefined,
    traceState: '',
    flags: 0,
    name: service,
    kind: 'internal',
    endTimeUnixNano: span.startTimeUnixNano + 1_002_794n,
    attributes: new Map(),
    events: [],
    links: [],
    status: { code: 'unset', message: '' },
    resource: { attributes: new Map([['service.name', service]]) },
    scope: { name: '', version: '', attributes: new Map() },
    ...span,
  }
  api.window.add(encodeTraceProtobuf([whole]))
}
