import type { LoadBody } from './body.js'
import { openGrpcSender } from './grpc-sender.js'
import { openHttpSender } from './http-sender.js'
import type { Sender } from './sender.js'

/** How much is to be sent where. */
export interface LoadOrder {
  readonly protocol: 'http' | 'grpc'
  /** Each gets the same requests. */
  readonly origins: readonly string[]
  /** Ends after so long, or after so many requests, whichever comes first. */
  readonly forMs?: number
  readonly requests?: number
}

export interface LoadReport {
  readonly requests: number
  /** To each origin. */
  readonly spans: number
  readonly traces: number
  readonly wallMs: number
  /** Of the sending process. */
  readonly cpuMs: number
  /** One trace of each request, the oldest first; none of those after the first 5,000 requests. */
  readonly sample: readonly SentTrace[]
}

export interface SentTrace {
  readonly traceId: string
  readonly spans: number
}

/** Requests that are under way at a time. */
export const IN_FLIGHT = 4
const SAMPLED_REQUESTS = 5000

/** Sends until the order is done. `nextSequence` never answers a number twice. Throws what a sender throws. */
export async function sendLoad(
  order: LoadOrder,
  bodies: readonly LoadBody[],
  nextSequence: () => number,
): Promise<LoadReport> {
  const lanes = await Promise.all(Array.from({ length: IN_FLIGHT }, () => openLane(order)))
  const sent = { requests: 0, spans: 0, traces: 0, sample: [] as SentTrace[] }
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  const isDone = (): boolean =>
    sent.requests >= (order.requests ?? Infinity) ||
    performance.now() - startedAt >= (order.forMs ?? Infinity)

  async function run(lane: readonly Sender[], own: readonly LoadBody[]): Promise<void> {
    for (let turn = 0; !isDone(); turn += 1) {
      // A lane's bodies are its own: none is changed while it is being sent.
      const body = own[turn % own.length]
      if (body === undefined)
        throw new Error(`a lane needs a body of its own, and there are ${bodies.length}`)
      body.renew(nextSequence())
      sent.requests += 1
      sent.spans += body.spans
      sent.traces += body.traces
      if (sent.requests <= SAMPLED_REQUESTS) sent.sample.push(body.firstTrace())
      await Promise.all(lane.map((sender) => sender.send(body)))
    }
  }

  try {
    await Promise.all(
      lanes.map((lane, index) =>
        run(
          lane,
          bodies.filter((_, at) => at % IN_FLIGHT === index),
        ),
      ),
    )
    const { user, system } = process.cpuUsage(cpu)
    return { ...sent, wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000 }
  } finally {
    for (const sender of lanes.flat()) sender.close()
  }
}

function openLane({ protocol, origins }: LoadOrder): Promise<Sender[]> {
  const open = protocol === 'http' ? openHttpSender : openGrpcSender
  return Promise.all(origins.map((origin) => open(origin)))
}
