import type { Listener } from './api/listen.js'
import type { Environment } from './config/variables.js'
import { startSpanExport } from './telemetry/export-spans.js'
import type { Logger } from './telemetry/logger.js'
import { noSpans, type Spans } from './telemetry/spans.js'

/** Our own spans, and the service that they are exported as. */
export interface OwnSpans {
  readonly spans: Spans
  readonly serviceName: string | undefined
  close(): Promise<void>
}

export interface OwnSpansOptions {
  /** Where OpenTelemetry's own variables are read; without it no spans of our own are made. */
  readonly env: Environment | undefined
  /** Our own listeners, to which none is sent. */
  readonly listeners: readonly (Listener | undefined)[]
  readonly logger: Logger
}

/** How long a stop waits for the last spans to be sent. */
const SPAN_FLUSH_MS = 2000

export async function startOwnSpans({ env, listeners, logger }: OwnSpansOptions): Promise<OwnSpans> {
  if (env === undefined) return { spans: noSpans, serviceName: undefined, close: async () => {} }
  const isOwnListener = (host: string, port: number): boolean =>
    listeners.some((each) => each?.isAt(host, port))
  const { spans, serviceName, exporting, stop } = await startSpanExport({ env, isOwnListener, logger })
  logger.info('🔍 OpenTelemetry initialized', { own_spans: exporting ? 'exported' : 'not exported' })
  return { spans, serviceName, close: () => stop(AbortSignal.timeout(SPAN_FLUSH_MS)) }
}
