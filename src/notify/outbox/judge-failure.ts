import { MINUTE_MS, SECOND_MS, type Timestamp } from '../../model/time.js'
import type { DeliveryError } from '../delivery-error.js'

/** How long and how often a message is tried. */
export interface RetryLimits {
  /** The longest first wait; it doubles with each attempt. */
  readonly firstBackoffMs: number
  readonly longestBackoffMs: number
  /** A message is given up when it is so old. */
  readonly maxAgeMs: number
  readonly maxAttempts: number
}

export const DEFAULT_RETRY_LIMITS: RetryLimits = {
  firstBackoffMs: SECOND_MS,
  longestBackoffMs: 5 * MINUTE_MS,
  maxAgeMs: 24 * 60 * MINUTE_MS,
  maxAttempts: 1000,
}

export interface FailedAttempt {
  readonly error: DeliveryError
  /** Which attempt it was: 1 for the first. */
  readonly attempt: number
  readonly now: Timestamp
  /** When the message was put into the outbox. */
  readonly since: Timestamp
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly limits: RetryLimits
}

export type FailureVerdict =
  | { readonly kind: 'retry'; readonly at: Timestamp }
  | { readonly kind: 'dead'; readonly why: string }

/**
 * What becomes of a message after an attempt that failed. Waits grow exponentially with full jitter, and are no shorter than
 * the far end asked for. A wait that would go past the last moment is cut, so that one more attempt is made then.
 */
export function judgeFailure({ error, attempt, now, since, random, limits }: FailedAttempt): FailureVerdict {
  const last = since + limits.maxAgeMs
  if (!error.retryable) return { kind: 'dead', why: error.message }
  if (attempt >= limits.maxAttempts) return { kind: 'dead', why: `${error.message}; tried ${attempt} times` }
  if (now >= last) return { kind: 'dead', why: `${error.message}; tried for too long` }
  const longestMs = Math.min(limits.longestBackoffMs, limits.firstBackoffMs * 2 ** (attempt - 1))
  const waitMs = Math.max(error.retryAfterMs ?? 0, Math.floor(random() * longestMs))
  return { kind: 'retry', at: Math.min(now + waitMs, last) }
}
