import { createApiHandler, HEALTH_PATHS, type ApiOptions } from './api/handler.js'
import { listen, type Listener } from './api/listen.js'
import type { ListenersConfig } from './config/config.js'
import { guardListener } from './guard-listener.js'
import type { Metrics } from './telemetry/metrics.js'

export interface OpenApiOptions extends Omit<ApiOptions, 'metrics' | 'metricsContentType'> {
  readonly listeners: ListenersConfig
  readonly metrics: Metrics
}

/** Opens the listener of the HTTP API; undefined where it is turned off. Rejects with a `ListenError`. */
export async function openApi({
  listeners,
  metrics,
  ...parts
}: OpenApiOptions): Promise<Listener | undefined> {
  if (listeners.api === undefined) return undefined
  const handler = createApiHandler({
    ...parts,
    metrics: () => metrics.registry.metrics(),
    metricsContentType: metrics.registry.contentType,
  })
  return listen({
    name: 'API and metrics',
    variable: 'TRACEBELL_API_LISTEN',
    canBeOff: true,
    address: listeners.api,
    handler: guardListener(handler, {
      listeners,
      address: listeners.api,
      listener: 'api',
      open: HEALTH_PATHS,
      metrics,
    }),
  })
}
