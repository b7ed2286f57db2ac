import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { GRPC_CODINGS } from './decompress.js'
import { encodeRetryStatus } from './encode-response.js'
import type { NotGrpc } from './grpc-request.js'
import { GRPC_CODES, type GrpcRefusal } from './grpc-status.js'

const HEADERS = {
  ':status': 200,
  'content-type': 'application/grpc+proto',
  'grpc-accept-encoding': [...GRPC_CODINGS.keys()].join(','),
} as const

/** Ends a call well: one message, uncompressed. Nothing is sent to a client that is gone or answered, here and below. */
export function sendMessage(stream: ServerHttp2Stream, message: Buffer): void {
  if (isOver(stream)) return
  stream.respond(HEADERS, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': GRPC_CODES.OK }))
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  stream.end(Buffer.concat([prefix, message]))
}

/**
 * Ends a call that is refused, without a message, and asks its client to send no more. Where the same call may be sent
 * again it carries the `RetryInfo` without which a client must not:
 * https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling.
 */
export function sendRefusal(stream: ServerHttp2Stream, refusal: GrpcRefusal): void {
  const { code, message, retryAfterSeconds } = refusal
  const status = GRPC_CODES[code]
  const headers = { ...HEADERS, 'grpc-status': status, 'grpc-message': encodeGrpcMessage(message) }
  if (retryAfterSeconds === undefined) return end(stream, headers)
  const details = encodeRetryStatus(status, message, retryAfterSeconds).toString('base64').replace(/=+$/, '')
  end(stream, { ...headers, 'grpc-status-details-bin': details })
}

/** Ends a request that is none of gRPC. */
export function sendNotGrpc(stream: ServerHttp2Stream, { status, message }: NotGrpc): void {
  const allow = status === 405 ? { allow: 'POST' } : {}
  end(stream, { ':status': status, 'content-type': 'text/plain', ...allow }, message)
}

/** A text as it may stand in `grpc-message`: what is not printable ASCII is percent-encoded, as UTF-8. */
export function encodeGrpcMessage(text: string): string {
  return text.replace(/[^ -$&-~]+/g, (unprintable) =>
    Array.from(
      Buffer.from(unprintable),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join(''),
  )
}

function end(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders, text?: string): void {
  if (isOver(stream)) return
  stream.respond(headers, { endStream: text === undefined })
  // To HEAD nobody answers with a text.
  if (!stream.writableEnded) stream.end(text)
  // Once all of it is sent.
  stream.close(constants.NGHTTP2_NO_ERROR)
}

function isOver(stream: ServerHttp2Stream): boolean {
  return stream.destroyed || stream.closed || stream.headersSent
}
