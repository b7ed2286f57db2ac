import { createServer, type IncomingMessage, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import type { AddressInfo } from 'node:net'

/** A message of a storm. */
export interface StormMessage {
  /** Unix milliseconds. */
  readonly at: number
  readonly alerts: number
  /** How many more it says that there are. */
  readonly truncated: number
}

/** A webhook's far end that counts what it is told. */
export interface StormHook {
  readonly url: string
  readonly messages: readonly StormMessage[]
  close(): Promise<void>
}

const payload = z.object({ alerts: z.array(z.unknown()), truncatedAlerts: z.number().default(0) })

/** Listens on a free loopback port. */
export async function openStormHook(): Promise<StormHook> {
  const messages: StormMessage[] = []
  const take = async (request: IncomingMessage): Promise<void> => {
    const { alerts, truncatedAlerts } = payload.parse(await json(request))
    messages.push({ at: Date.now(), alerts: alerts.length, truncated: truncatedAlerts })
  }
  const server = createServer((request, response) => void take(request).then(() => response.end()))
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}/`,
    messages,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
    },
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address: AddressInfo | string | null = server.address()
      if (address === null || typeof address === 'string') reject(new Error('the hook has no port'))
      else resolve(address.port)
    })
  })
}

/** Waits until messages speak of so many alerts, those included that they only count. Throws where that takes too long. */
export async function untilTold(
  { messages }: StormHook,
  alerts: number,
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  const deadline = Date.now() + TOLD_WITHIN_MS
  while (toldBy(messages) < alerts) {
    if (Date.now() > deadline) throw new Error(`of ${alerts} alerts ${toldBy(messages)} were told`)
    await sleep(LOOK_EVERY_MS)
  }
}

function toldBy(messages: readonly StormMessage[]): number {
  return messages.reduce((sum, each) => sum + each.alerts + each.truncated, 0)
}

const TOLD_WITHIN_MS = 120_000
const LOOK_EVERY_MS = 20
