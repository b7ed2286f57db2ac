import type * as GrpcJs from '@grpc/grpc-js'
import { encodeRetryStatus } from './encode-response.js'
import type { RefusalStatus, RequestRefusal } from './request-refusal.js'

/** The gRPC library: handed around, as it is only loaded where the listener is on. */
export type Grpc = typeof GrpcJs

/** What ends a call. */
export interface GrpcStatus {
  readonly code: GrpcJs.status
  readonly details: string
  readonly metadata: GrpcJs.Metadata
}

/** By what the same refusal is over HTTP. */
const CODES = {
  400: 'INVALID_ARGUMENT',
  413: 'RESOURCE_EXHAUSTED',
  415: 'UNIMPLEMENTED',
  500: 'INTERNAL',
  503: 'RESOURCE_EXHAUSTED',
} as const satisfies Record<RefusalStatus, keyof typeof GrpcJs.status>

/** A status that says no more than its code and its text. */
export function createGrpcStatus(grpc: Grpc, code: GrpcJs.status, details: string): GrpcStatus {
  return { code, details, metadata: new grpc.Metadata() }
}

/**
 * A refusal as it is told over gRPC. Where the same request may be sent again it carries the `RetryInfo` without which
 * a client must not: https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling.
 */
export function toGrpcStatus(grpc: Grpc, { status, message, retryAfterSeconds }: RequestRefusal): GrpcStatus {
  const refused = createGrpcStatus(grpc, grpc.status[CODES[status]], message)
  if (retryAfterSeconds !== undefined) {
    const details = encodeRetryStatus(refused.code, message, retryAfterSeconds)
    refused.metadata.set('grpc-status-details-bin', details)
  }
  return refused
}
