import { listen, listenWith, type Listener } from './api/listen.js'
import { createAccessCheck } from './api/require-access.js'
import { createTempoApiHandler } from './api/tempo/handler.js'
import type { Config } from './config/config.js'
import type { ListenAddress } from './config/parsers.js'
import { QUERY_LANGUAGE } from './embedded-queries.js'
import { guardListener } from './guard-listener.js'
import type { Clock } from './model/clock.js'
import { createOtlpGrpcServer } from './source/otlp/grpc-server.js'
import { createOtlpHandler } from './source/otlp/receiver.js'
import type { TraceWindow } from './source/window/trace-window.js'
import type { Logger } from './telemetry/logger.js'
import type { Metrics } from './telemetry/metrics.js'
import { VERSION } from './version.js'

export interface EmbeddedOptions {
  readonly config: Config
  readonly window: TraceWindow
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/** The source of those who have no Tempo: spans received over OTLP, held for a while, asked as a Tempo is asked. */
export interface Embedded {
  /** Undefined where it is turned off. */
  readonly otlpHttp: Listener | undefined
  /** Undefined where it is turned off. */
  readonly otlpGrpc: Listener | undefined
  readonly tempoApi: Listener
  close(): Promise<void>
}

const MAX_BODY_BYTES = 16 * 1024 * 1024

/** Opens the embedded source's listeners. Rejects with a `ListenError`, and leaves none open then. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { otlpHttp: httpAddress, otlpGrpc: grpcAddress, tempoApi: tempoAddress } = options.config.listeners
  if (tempoAddress === undefined)
    throw new Error('the embedded source needs the address of its Tempo-compatible API')
  const { window } = options
  const opened: Listener[] = []
  const keep = (listener: Listener): Listener => {
    opened.push(listener)
    return listener
  }
  const close = async (): Promise<void> => void (await Promise.all(opened.map((each) => each.close())))
  try {
    return {
      tempoApi: keep(await listenTempoApi(tempoAddress, window, options)),
      otlpHttp: httpAddress && keep(await listenOtlpHttp(httpAddress, window, options)),
      otlpGrpc: grpcAddress && keep(await listenOtlpGrpc(grpcAddress, window, options)),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function listenTempoApi(
  address: ListenAddress,
  traces: TraceWindow,
  { config, clock, metrics }: EmbeddedOptions,
) {
  const handler = createTempoApiHandler({ traces, language: QUERY_LANGUAGE, clock, version: VERSION })
  return listen({
    name: 'Tempo-compatible API',
    variable: 'TRACEBELL_TEMPO_LISTEN',
    canBeOff: false,
    address,
    handler: guardListener(handler, {
      ...config,
      address,
      listener: 'tempo',
      open: ['/ready', '/api/echo'],
      metrics,
    }),
  })
}

function listenOtlpHttp(
  address: ListenAddress,
  window: TraceWindow,
  { config, clock, logger, metrics }: EmbeddedOptions,
) {
  const handler = createOtlpHandler({ window, maxBodyBytes: MAX_BODY_BYTES, clock, logger, metrics })
  return listen({
    name: 'OTLP/HTTP',
    variable: 'TRACEBELL_OTLP_HTTP_LISTEN',
    canBeOff: true,
    address,
    handler: guardListener(handler, { ...config, address, listener: 'otlp_http', metrics }),
  })
}

function listenOtlpGrpc(
  address: ListenAddress,
  window: TraceWindow,
  { config, clock, logger, metrics }: EmbeddedOptions,
) {
  const hasAccess = createAccessCheck(config.listeners)
  const isAllowed = (authorization: string | undefined): boolean => {
    const verdict = hasAccess(authorization)
    if (!verdict) metrics.unauthorizedRequests.inc({ listener: 'otlp_grpc' })
    return verdict
  }
  const receiver = { window, maxBodyBytes: MAX_BODY_BYTES, isAllowed, clock, logger, metrics }
  const grpc = createOtlpGrpcServer(receiver)
  const place = { name: 'OTLP/gRPC', variable: 'TRACEBELL_OTLP_GRPC_LISTEN', canBeOff: true, address }
  return listenWith(grpc.server, place, () => grpc.close())
}
