import type { IncomingHttpHeaders } from 'node:http2'
import { GRPC_CODINGS, type Decompress } from './decompress.js'
import { GrpcRefusal } from './grpc-status.js'
import { parseGrpcTimeout } from './grpc-timeout.js'

/** What the headers of a call say of it. */
export interface GrpcRequest {
  /** Undefined where its messages are never compressed. */
  readonly decompress: Decompress | undefined
  /** How long its sender waits. */
  readonly timeoutMs: number | undefined
}

/** A request that is none of gRPC. It is told so in plain HTTP. */
export class NotGrpc extends Error {
  override readonly name = 'NotGrpc'

  constructor(
    readonly status: 405 | 415,
    message: string,
  ) {
    super(message)
  }
}

/** The one method that there is. */
const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
const CONTENT_TYPES: readonly string[] = ['application/grpc', 'application/grpc+proto']
const MAX_QUOTED = 100

/** Reads the headers of a call. Throws `NotGrpc`, and `GrpcRefusal` for a call that must not be read any further. */
export function readGrpcRequest(
  headers: IncomingHttpHeaders,
  isAllowed: (authorization: string | undefined) => boolean,
): GrpcRequest {
  checkProtocol(headers)
  if (!isAllowed(headers.authorization)) {
    throw new GrpcRefusal(
      'UNAUTHENTICATED',
      'a bearer token is needed, or a user name: authorization: Bearer <TRACEBELL_TOKEN> or Basic',
    )
  }
  if (headers[':path'] !== EXPORT) {
    throw new GrpcRefusal('UNIMPLEMENTED', `unknown method ${quote(headers[':path'])}, known: [${EXPORT}]`)
  }
  return { decompress: readEncoding(headers), timeoutMs: readTimeout(headers) }
}

function checkProtocol(headers: IncomingHttpHeaders): void {
  if (headers[':method'] !== 'POST') throw new NotGrpc(405, '405 method not allowed, supported: [POST]')
  const mediaType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (CONTENT_TYPES.includes(mediaType)) return
  throw new NotGrpc(415, `415 unsupported media type, supported: [${CONTENT_TYPES.join(', ')}]`)
}

function readEncoding(headers: IncomingHttpHeaders): Decompress | undefined {
  const encoding = headers['grpc-encoding'] ?? 'identity'
  if (encoding === 'identity') return undefined
  const decompress = typeof encoding === 'string' ? GRPC_CODINGS.get(encoding) : undefined
  if (decompress !== undefined) return decompress
  const supported = [...GRPC_CODINGS.keys()].join(', ')
  throw new GrpcRefusal(
    'UNIMPLEMENTED',
    `unsupported grpc-encoding ${quote(encoding)}, supported: [${supported}]`,
  )
}

function readTimeout(headers: IncomingHttpHeaders): number | undefined {
  const timeout = headers['grpc-timeout']
  if (timeout === undefined) return undefined
  const timeoutMs = typeof timeout === 'string' ? parseGrpcTimeout(timeout) : undefined
  if (timeoutMs !== undefined) return timeoutMs
  throw new GrpcRefusal(
    'INVALID_ARGUMENT',
    `grpc-timeout ${quote(timeout)} is none: expected up to 8 digits and a unit of HMSmun, such as 10S`,
  )
}

/** A value as it may stand in an answer and in the log. */
function quote(value: string | readonly string[] | undefined): string {
  return JSON.stringify(String(value).slice(0, MAX_QUOTED))
}
