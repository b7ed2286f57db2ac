import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Somebody on the wire between a mail program and its server: sees all, and may change what the server says. */
export interface Wire {
  /** As `localhost:40001`. */
  readonly smarthost: string
  /** What the program has sent, byte for byte. */
  sent(): Buffer
}

/** Changes a piece of what the server says. */
export type Tamper = (said: string) => string

/** Begins to listen, until the test ends. Where nothing is tampered with bytes pass as they are. */
export async function tapWire(smarthost: string, tamper?: Tamper): Promise<Wire> {
  const chunks: Buffer[] = []
  const open = new Set<Socket>()

  function join(near: Socket): void {
    const far = connect(Number(smarthost.split(':')[1]), '127.0.0.1')
    for (const socket of [near, far]) open.add(socket.on('error', () => socket.destroy()))
    near.on('data', (chunk: Buffer) => void chunks.push(chunk))
    near.pipe(far)
    far.on('data', (chunk: Buffer) => {
      near.write(tamper === undefined ? chunk : Buffer.from(tamper(chunk.toString('latin1')), 'latin1'))
    })
    far.on('end', () => near.end())
  }

  const server = createServer(join)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the wire has no port')
  return { smarthost: `localhost:${address.port}`, sent: () => Buffer.concat(chunks) }
}
