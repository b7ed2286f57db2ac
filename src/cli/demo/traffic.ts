import type { Clock } from '../../model/clock.js'

const EVERY_MS = 200
const MAX_IN_FLIGHT = 50
/** One order for so many requests; the others are searches. */
const ORDER_EVERY = 4

/** Requests a second. */
export const TRAFFIC_RATE = 1000 / EVERY_MS

/** What a customer of the shop does. */
export type Errand = 'search' | 'order'

/** Makes one request of the shop. Rejects where it fails. */
export type Visit = (errand: Errand) => Promise<void>

/** Sends requests to the shop, three searches for each order, until the signal is aborted. What fails there is the demo's point. */
export async function sendTraffic(visit: Visit, clock: Clock, signal: AbortSignal): Promise<void> {
  let inFlight = 0
  async function send(errand: Errand): Promise<void> {
    inFlight += 1
    try {
      await visit(errand)
    } catch {
      // A shop that is gone is noticed where its process is watched.
    } finally {
      inFlight -= 1
    }
  }
  for (let index = 0; !signal.aborted; index += 1) {
    if (inFlight < MAX_IN_FLIGHT) void send(index % ORDER_EVERY === ORDER_EVERY - 1 ? 'order' : 'search')
    await clock.sleepUntil(clock.now() + EVERY_MS, signal).catch(() => {})
  }
}

/** Visits a shop that listens there. */
export function visitOverHttp(shopUrl: string, signal: AbortSignal): Visit {
  return async (errand) => {
    const response =
      errand === 'order'
        ? await fetch(`${shopUrl}/upload`, { method: 'POST', body: 'a picture', signal })
        : await fetch(`${shopUrl}/search?q=test`, { signal })
    await response.arrayBuffer()
  }
}
