import { createAlertmanagerApiHandler } from './api/alertmanager/handler.js'
import type { Handler } from './api/listen.js'
import { createOwnApiHandler } from './api/tracebell/handler.js'
import type { Delivery } from './delivery.js'
import { describeMute } from './dispatch/describe-mute.js'
import { compileMatchers, findMatcherFault } from './dispatch/compile-matchers.js'
import { matcherSize } from './matcher-size.js'
import type { Clock } from './model/clock.js'
import type { Store } from './store/store.js'
import { VERSION } from './version.js'

export interface DeliveryApiOptions {
  /** Undefined until it has been opened; until then everybody is told to come again. */
  readonly delivery: () => Delivery | undefined
  readonly store: Store
  readonly clock: Clock
}

/** What is answered of alerts on their way to people. */
export interface DeliveryApi {
  readonly alertmanager: Handler
  readonly own: Handler
}

/** Joins the HTTP API with what dispatches and delivers. */
export function createDeliveryApi({ delivery, store, clock }: DeliveryApiOptions): DeliveryApi {
  const startedAt = clock.now()
  return {
    alertmanager: once(delivery, (opened) => {
      const { dispatcher, silences } = opened
      return createAlertmanagerApiHandler({
        alerts: () => dispatcher.alerts(),
        groups: () => dispatcher.groups(),
        silences,
        dispatch: () => ({ ...dispatcher.plan(), receivers: opened.receiverNames() }),
        compileMatchers,
        findMatcherFault,
        matcherSize,
        clock,
        startedAt,
        version: VERSION,
      })
    }),
    own: once(delivery, ({ dispatcher, wake }) =>
      createOwnApiHandler({
        outbox: store,
        storeHealth: () => store.health(),
        onRequeued: wake,
        explain: (labels) => dispatcher.explain(labels),
        describeMute,
        clock,
      }),
    ),
  }
}

/** A handler that is made when what it answers about is there. */
function once(delivery: DeliveryApiOptions['delivery'], create: (opened: Delivery) => Handler): Handler {
  let handler: Handler | undefined
  return (request, response) => {
    const opened = delivery()
    if (opened !== undefined) handler ??= create(opened)
    if (handler !== undefined) return handler(request, response)
    request.resume()
    response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' })
    response.end('tracebell is starting\n')
  }
}
