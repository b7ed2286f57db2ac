import { MINUTE_MS, SECOND_MS, type Timestamp } from '../../model/time.js'
import { parseRetryAfter } from '../http/parse-retry-after.js'
import type { PostOutcome } from './post.js'

const FIRST_BACKOFF_MS = SECOND_MS
const LONGEST_BACKOFF_MS = 30 * SECOND_MS
/** An alert is tried for so long after it was found. */
export const RETRY_FOR_MS = 5 * MINUTE_MS

/** Request timeout, too early, too many requests: the 4xx that may turn out well later. */
const RETRIED_4XX: ReadonlySet<number> = new Set([408, 425, 429])

export interface Attempt {
  readonly outcome: PostOutcome
  /** 1 for the first. */
  readonly number: number
  readonly now: Timestamp
  readonly foundAt: Timestamp
  /** Uniform in [0, 1). */
  readonly random: () => number
}

/**
 * What comes of an attempt. `retry`: it may succeed at that moment. `refused`: it never will. `expired`: it might, but
 * there is no time left.
 */
export type Verdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly at: Timestamp; readonly error: string }
  | { readonly kind: 'refused' | 'expired'; readonly error: string }

/**
 * Judges an attempt to deliver. Waits grow exponentially with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and are no shorter than `Retry-After`.
 * A wait that would go past the last moment is cut, so that one more attempt is made then.
 */
export function judgeAttempt(attempt: Attempt): Verdict {
  const { outcome, now } = attempt
  if (outcome.kind === 'unanswered') return retryOrExpire(attempt, outcome.error, now)
  const { status, retryAfter } = outcome
  const error = `HTTP ${status}`
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status >= 300 && status < 400) return { kind: 'refused', error: `${error}: redirects are not followed` }
  if (status < 500 && !RETRIED_4XX.has(status)) return { kind: 'refused', error }
  return retryOrExpire(attempt, error, parseRetryAfter(retryAfter ?? '', now) ?? now)
}

function retryOrExpire(
  { number, now, foundAt, random }: Attempt,
  error: string,
  notBefore: Timestamp,
): Verdict {
  const last = foundAt + RETRY_FOR_MS
  if (now >= last) return { kind: 'expired', error }
  const longestMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (number - 1))
  const at = Math.max(notBefore, now + Math.floor(random() * longestMs))
  return { kind: 'retry', at: Math.min(at, last), error }
}
