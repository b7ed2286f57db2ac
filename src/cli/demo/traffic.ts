import type { Clock } from '../../model/clock.js'

const EVERY_MS = 200
const MAX_IN_FLIGHT = 50

/** Requests a second. */
export const TRAFFIC_RATE = 1000 / EVERY_MS

/** Sends requests to the shop, three searches for each upload, until the signal is aborted. What fails there is the demo's point. */
export async function sendTraffic(shopUrl: string, clock: Clock, signal: AbortSignal): Promise<void> {
  let inFlight = 0

  async function send(index: number): Promise<void> {
    inFlight += 1
    try {
      const response =
        index % 4 === 3
          ? await fetch(`${shopUrl}/upload`, { method: 'POST', body: 'a picture', signal })
          : await fetch(`${shopUrl}/search?q=test`, { signal })
      await response.arrayBuffer()
    } catch {
      // A shop that is gone is noticed where its process is watched.
    } finally {
      inFlight -= 1
    }
  }

  for (let index = 0; !signal.aborted; index += 1) {
    if (inFlight < MAX_IN_FLIGHT) void send(index)
    await clock.sleepUntil(clock.now() + EVERY_MS, signal).catch(() => {})
  }
}
