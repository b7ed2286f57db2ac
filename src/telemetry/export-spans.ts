import { once } from 'node:events'
import { context, createContextKey, ProxyTracerProvider, trace } from '@opentelemetry/api'
import type { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { createSpanExporter } from './create-span-exporter.js'
import { type Env, type ExportTarget, parseExportTarget } from './export-target.js'
import type { Logger } from './logger.js'
import { readProviderServiceName, readServiceName } from './read-service-name.js'
import { reportExportFailures } from './report-export-failures.js'
import { createSpans, noSpans, type Spans } from './spans.js'

export interface SpanExportOptions {
  /** Read for OpenTelemetry's own `OTEL_…` variables. */
  readonly env: Env
  /** Whether the engine itself listens for spans there; an IPv6 host comes without brackets. */
  readonly isOwnListener: (host: string, port: number) => boolean
  readonly logger: Logger
}

/** The engine's own spans, and the end of their export. */
export interface SpanExport {
  readonly spans: Spans
  readonly exporting: boolean
  /** The `service.name` that the spans carry; undefined where none is exported or another's provider hides it. */
  readonly serviceName: string | undefined
  /**
   * Sends what is left, for as long as the signal allows; what is unsent then is given up, and nothing is logged or
   * sent any more. Never rejects; may be called twice.
   */
  readonly stop: (signal?: AbortSignal) => Promise<void>
}

const notExporting: SpanExport = {
  spans: noSpans,
  exporting: false,
  serviceName: undefined,
  stop: async () => {},
}

/**
 * Exports the engine's own spans where an OTLP endpoint is set in the environment, and nothing otherwise. An endpoint
 * that is the engine's own listener would feed the engine its own spans for ever: nothing is exported then, and one
 * warning says so. The OpenTelemetry SDK is loaded only when it is needed. Never rejects.
 */
export async function startSpanExport(options: SpanExportOptions): Promise<SpanExport> {
  const { env, isOwnListener, logger } = options
  try {
    const target = parseExportTarget(env)
    if (!target) return notExporting
    const { host, port } = addressOf(target.url)
    if (isOwnListener(host, port)) {
      logger.warn("Own spans are not exported: the OTLP endpoint is tracebell's own listener", { host, port })
      return notExporting
    }
    const ended = new AbortController()
    return register(await createProvider(target, logger, ended.signal), logger, ended)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    logger.warn('Own spans are not exported', { error: reason })
    return notExporting
  }
}

function addressOf(url: URL): { host: string; port: number } {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return { host, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) }
}

interface NamedProvider {
  readonly provider: NodeTracerProvider
  readonly serviceName: string | undefined
}

async function createProvider(
  target: ExportTarget,
  logger: Logger,
  ended: AbortSignal,
): Promise<NamedProvider> {
  const [{ BatchSpanProcessor, NodeTracerProvider }, exporter, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    createSpanExporter(target, ended),
    import('@opentelemetry/resources'),
  ])
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = resources
  const named = (name: string) => resourceFromAttributes({ 'service.name': name })
  const resource = defaultResource()
    .merge(named('tracebell'))
    .merge(detectResources({ detectors: [envDetector] }))
    .merge(target.serviceName === undefined ? null : named(target.serviceName))
  const provider = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(reportExportFailures(exporter, logger, ended))],
  })
  return { provider, serviceName: readServiceName(resource) }
}

function register(own: NamedProvider, logger: Logger, ended: AbortController): SpanExport {
  const { provider, serviceName } = own
  const bringsContext = !hasContextManager()
  // No propagator: the engine's requests carry no trace headers.
  provider.register({ propagator: null, ...(bringsContext ? {} : { contextManager: null }) })
  const registered = trace.getTracerProvider()
  if (registered instanceof ProxyTracerProvider && registered.getDelegate() !== provider) {
    logger.info('OpenTelemetry is set up in this process already: own spans go to its provider')
    return {
      spans: createSpans(),
      exporting: true,
      serviceName: readProviderServiceName(registered.getDelegate()),
      stop: async () => {},
    }
  }
  let stopped: Promise<void> | undefined
  return {
    spans: createSpans(),
    exporting: true,
    serviceName,
    stop: async (signal) => {
      // A failed export has been told already.
      stopped ??= provider.shutdown().catch(() => {})
      await untilAborted(stopped, signal)
      ended.abort()
      if (registered instanceof ProxyTracerProvider && registered.getDelegate() === provider) trace.disable()
      if (bringsContext) context.disable()
    },
  }
}

function hasContextManager(): boolean {
  const key = createContextKey('tracebell probe')
  return context.with(context.active().setValue(key, true), () => context.active().getValue(key) === true)
}

async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work
  if (signal.aborted) return
  const done = new AbortController()
  const aborted = once(signal, 'abort', { signal: done.signal }).catch(() => {})
  await Promise.race([work, aborted])
  done.abort()
}
