import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { GRPC_PREFIX_BYTES, tookAll, type Sender } from './sender.js'

/**
 * Sends OTLP/HTTP protobuf by hand over one socket, which costs the load a fraction of what an HTTP client does. It
 * understands what such servers answer: a status and a body of a given length; all else is an error.
 */
export async function openHttpSender(origin: string): Promise<Sender> {
  const { hostname, port } = new URL(origin)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  const head = `POST /v1/traces HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/x-protobuf\r\n`
  return {
    send: async ({ framed }) => {
      const message = framed.subarray(GRPC_PREFIX_BYTES)
      const answer = readAnswer(socket)
      socket.cork()
      socket.write(`${head}content-length: ${message.length}\r\n\r\n`)
      socket.write(message)
      socket.uncork()
      const { status, body } = await answer
      if (status === 200 && tookAll(body)) return
      throw new Error(`${origin} did not take all spans: ${status} ${body.toString()}`)
    },
    close: () => socket.destroy(),
  }
}

interface HttpAnswer {
  readonly status: number
  readonly body: Buffer
}

function readAnswer(socket: Socket): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let read = Buffer.alloc(0)
    const onData = (chunk: Buffer): void => {
      read = Buffer.concat([read, chunk])
      const answer = parseAnswer(read)
      if (answer !== undefined) settle(() => resolve(answer))
    }
    const onClose = (): void =>
      settle(() => reject(new Error(`the connection was closed after: ${read.toString()}`)))
    const onError = (error: Error): void => settle(() => reject(error))
    function settle(end: () => void): void {
      socket.off('data', onData).off('close', onClose).off('error', onError)
      end()
    }
    socket.on('data', onData).on('close', onClose).on('error', onError)
  })
}

/** The answer in these bytes; undefined where it is not whole yet. */
function parseAnswer(read: Buffer): HttpAnswer | undefined {
  const end = read.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = read.toString('latin1', 0, end)
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1])
  if (Number.isNaN(status + length)) throw new Error(`an answer with a status and a length, not: ${head}`)
  const body = read.subarray(end + 4)
  return body.length < length ? undefined : { status, body }
}
