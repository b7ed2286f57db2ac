import { once } from 'node:events'
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import type { LoadBody } from './body.js'
import { GRPC_PREFIX_BYTES, tookAll, type Sender } from './sender.js'

const HEADERS = {
  ':method': 'POST',
  ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  'content-type': 'application/grpc',
  te: 'trailers',
}

/** Sends OTLP/gRPC over one HTTP/2 connection, without a gRPC library. */
export async function openGrpcSender(origin: string): Promise<Sender> {
  const session = connect(origin)
  await once(session, 'connect')
  return {
    send: async (body) => {
      const { end, message } = await exchange(session, body)
      if (end['grpc-status'] === '0' && tookAll(message)) return
      throw new Error(`${origin} did not take all spans: ${JSON.stringify(end)} ${message.toString()}`)
    },
    close: () => session.destroy(),
  }
}

interface GrpcAnswer {
  /** The trailers; an error without a message comes with the headers alone. */
  readonly end: IncomingHttpHeaders
  readonly message: Buffer
}

function exchange(session: ClientHttp2Session, { framed }: LoadBody): Promise<GrpcAnswer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(HEADERS)
    const chunks: Buffer[] = []
    let end: IncomingHttpHeaders = {}
    stream.on('response', (headers) => (end = headers))
    stream.on('trailers', (trailers) => (end = trailers))
    stream.on('data', (chunk: Buffer) => void chunks.push(chunk))
    stream.on('error', reject)
    stream.on('close', () => resolve({ end, message: Buffer.concat(chunks).subarray(GRPC_PREFIX_BYTES) }))
    stream.end(framed)
  })
}
