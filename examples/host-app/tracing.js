import { createRequire } from 'node:module'
import { diag, DiagLogLevel } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { createProviders } from './providers.js'

const FLUSH_MS = 2000
const NOT_TRACED = new Set(['/faults', '/metrics'])

/**
 * Sets OpenTelemetry up: HTTP requests become spans, and spans are sent to `OTEL_EXPORTER_OTLP_ENDPOINT`
 * (http://127.0.0.1:4318 by default).
 */
export function startTracing(log) {
  reportFaults(log)
  const processor = new BatchSpanProcessor(new OTLPTraceExporter(readTarget(process.env)))
  const providers = createProviders(processor)
  registerInstrumentations({
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url = '' }) => NOT_TRACED.has(url.split('?', 1)[0]),
      }),
    ],
  })
  // An instrumentation wraps a module when it is required, which `import` of a built-in module does not do.
  createRequire(import.meta.url)('node:http')

  return {
    tracer: (who) => providers.tracer(who),
    /** Sends what is left, for as long as that may take. */
    async stop() {
      const flushed = providers.shutdown()
      const late = new Promise((resolve) => setTimeout(resolve, FLUSH_MS).unref())
      await Promise.race([flushed.catch(() => {}), late])
    },
  }
}

/** OpenTelemetry's own default is `localhost`, which need not be where a listener on 127.0.0.1 is. */
function readTarget(env) {
  const isSet = env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  return isSet ? {} : { url: 'http://127.0.0.1:4318/v1/traces' }
}

function reportFaults(log) {
  const warn = (message) => log.warn('OpenTelemetry', { error: describe(message) })
  const ignore = () => {}
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN)
}

/** The SDK tells of an error as JSON with its stack, of which one line is enough. */
function describe(message) {
  try {
    const { name, code, message: reason } = JSON.parse(message)
    return [name, reason, code].filter(Boolean).join(' ').slice(0, 200)
  } catch {
    return String(message).slice(0, 200)
  }
}
