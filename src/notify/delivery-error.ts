/** Why a delivery failed: for the label of the metric and for the log. */
export const DELIVERY_REASONS = [
  /** No connection, or it broke. */
  'network',
  /** No answer in time. */
  'timeout',
  /** The far end asks for fewer messages. */
  'rate_limited',
  /** The far end failed, and may be well later. */
  'server_error',
  /** The far end will not take this message. */
  'client_error',
  /** The far end does not know our credentials. */
  'unauthorized',
  /** The far end sends us elsewhere, where we do not follow. */
  'redirect',
  /** A secret could not be read. */
  'secret',
  /** The receiver is in the configuration no more. */
  'unknown_receiver',
  /** We are stopping. */
  'stopped',
  /** A fault of ours. */
  'internal',
] as const
export type DeliveryReason = (typeof DELIVERY_REASONS)[number]

export interface DeliveryFailure {
  readonly reason: DeliveryReason
  /** Whether the same message may be taken later. */
  readonly retryable: boolean
  /** The far end asked to be left alone for so long. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** A delivery that failed. The message is for people and holds no secret. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  readonly reason: DeliveryReason
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined

  constructor(message: string, { reason, retryable, retryAfterMs, cause }: DeliveryFailure) {
    super(message, { cause })
    this.reason = reason
    this.retryable = retryable
    this.retryAfterMs = retryAfterMs
  }
}

/** Anything that was caught, as a `DeliveryError`. What is none is a fault of ours, whose words might hold a secret. */
export function toDeliveryError(thrown: unknown): DeliveryError {
  if (thrown instanceof DeliveryError) return thrown
  const name = thrown instanceof Error ? thrown.name : 'something that is no error'
  return new DeliveryError(`failed unexpectedly (${name})`, {
    reason: 'internal',
    retryable: true,
    cause: thrown,
  })
}
