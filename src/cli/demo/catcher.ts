import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

const MAX_BODY_BYTES = 64 * 1024

export interface Catcher {
  readonly url: string
  close(): Promise<void>
}

/** The far end of a webhook, on a free loopback port: hands on what is posted to it, in the order in which it came. */
export async function startCatcher(onBody: (body: string) => void): Promise<Catcher> {
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    response.writeHead(body === undefined ? 413 : 200).end()
    if (body !== undefined) onBody(body)
  }

  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy())
  })
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the webhook catcher has no port')
  return {
    url: `http://127.0.0.1:${address.port}/alerts`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Undefined where it is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8')
}
