import type { Agent } from 'node:http'
import type { SpanExporter } from '@opentelemetry/sdk-trace-node'
import type { ExportTarget } from './export-target.js'

/** For one export with its retries; little less than a process that stops has for it. */
const EXPORT_TIMEOUT_MS = 1800

/** An exporter of OTLP over HTTP. Its connections, used or not, are closed when `ended` aborts. */
export async function createSpanExporter(target: ExportTarget, ended: AbortSignal): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto')
  return new OTLPTraceExporter({
    url: target.url.href,
    headers: { ...target.headers },
    timeoutMillis: EXPORT_TIMEOUT_MS,
    httpAgentOptions: (protocol) => createAgent(protocol, ended),
  })
}

// The module is loaded late, so that an instrumentation of HTTP can come first.
async function createAgent(protocol: string, ended: AbortSignal): Promise<Agent> {
  const { Agent } = await (protocol === 'https:' ? import('node:https') : import('node:http'))
  const agent = new Agent({ keepAlive: true })
  ended.addEventListener('abort', () => agent.destroy(), { once: true })
  return agent
}
