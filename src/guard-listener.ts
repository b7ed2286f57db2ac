import { guard } from './api/guard.js'
import type { Handler } from './api/listen.js'
import type { ListenersConfig } from './config/config.js'
import type { ListenAddress } from './config/parsers.js'
import type { HttpListener } from './telemetry/access-metrics.js'
import type { Metrics } from './telemetry/metrics.js'

export interface GuardListenerOptions {
  readonly listeners: ListenersConfig
  readonly address: ListenAddress
  /** The name of the listener in metrics. */
  readonly listener: HttpListener
  /** Paths that everybody may ask. */
  readonly open?: readonly string[]
  readonly metrics: Pick<Metrics, 'unauthorizedRequests' | 'foreignHostRequests'>
}

/** Lets through to a handler who may ask its listener, and counts the others. */
export function guardListener(handler: Handler, options: GuardListenerOptions): Handler {
  const { listeners, address, listener, open = [], metrics } = options
  return guard(handler, {
    ...listeners,
    host: address.host,
    open,
    onUnauthorized: () => metrics.unauthorizedRequests.inc({ listener }),
    onForeignHost: () => metrics.foreignHostRequests.inc({ listener }),
  })
}
