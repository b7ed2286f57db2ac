import { RequestRefusal, type RefusalStatus } from './request-refusal.js'

/** The codes with which a call may end: https://grpc.io/docs/guides/status-codes/. */
export const GRPC_CODES = {
  OK: 0,
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const

export type GrpcCode = keyof typeof GRPC_CODES

/** Why a call is refused, as its sender is told. */
export class GrpcRefusal extends Error {
  override readonly name = 'GrpcRefusal'

  constructor(
    readonly code: GrpcCode,
    message: string,
    /** When the sender may try again; undefined where the same call would fail again. */
    readonly retryAfterSeconds?: number | undefined,
  ) {
    super(message)
  }
}

/** By what the same refusal is over HTTP. */
const CODES = {
  400: 'INVALID_ARGUMENT',
  413: 'RESOURCE_EXHAUSTED',
  415: 'UNIMPLEMENTED',
  500: 'INTERNAL',
  503: 'RESOURCE_EXHAUSTED',
} as const satisfies Record<RefusalStatus, GrpcCode>

/** A refusal that is the same over every protocol, as gRPC has it. */
export function toGrpcRefusal({ status, message, retryAfterSeconds }: RequestRefusal): GrpcRefusal {
  return new GrpcRefusal(CODES[status], message, retryAfterSeconds)
}
