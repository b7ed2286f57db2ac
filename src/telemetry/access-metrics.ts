import { Counter, type Registry } from 'prom-client'

/** The listeners that may ask for credentials. */
export const GUARDED_LISTENERS = ['api', 'otlp_http', 'otlp_grpc', 'tempo'] as const
/** Those that a browser can ask. */
export const HTTP_LISTENERS = ['api', 'otlp_http', 'tempo'] as const
export type HttpListener = (typeof HTTP_LISTENERS)[number]
export type GuardedListener = (typeof GUARDED_LISTENERS)[number]

/** What is told of those who ask. */
export function createAccessMetrics(registry: Registry) {
  const unauthorizedRequests = new Counter({
    name: 'tracebell_unauthorized_requests_total',
    help: 'Requests refused because they came without the right credentials, by listener.',
    labelNames: ['listener'] as const,
    registers: [registry],
  })
  const foreignHostRequests = new Counter({
    name: 'tracebell_foreign_host_requests_total',
    help: 'Requests refused because they name a host that is none of this machine, by listener.',
    labelNames: ['listener'] as const,
    registers: [registry],
  })
  for (const listener of GUARDED_LISTENERS) unauthorizedRequests.inc({ listener }, 0)
  for (const listener of HTTP_LISTENERS) foreignHostRequests.inc({ listener }, 0)
  return { unauthorizedRequests, foreignHostRequests }
}
