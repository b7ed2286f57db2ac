import type { Timestamp } from '../model/time.js'

/** So many notifications in so long a time. */
export interface RateLimit {
  readonly notifications: number
  readonly perMs: number
}

/** Keeps receivers from being flooded: each may have as many at once as its limit says, and then as many as it refills. */
export interface RateLimiter {
  /** Takes room for one notification; false where there is none. A receiver without a limit always has room. */
  take(receiver: string, at: Timestamp): boolean
  /** When there is room for one. */
  roomAt(receiver: string, at: Timestamp): Timestamp
  /** Goes on by other limits. Receivers whose limit is the same as before have no more room than before. */
  follow(limits: ReadonlyMap<string, RateLimit>): void
}

interface Bucket {
  /** In milliseconds: a whole bucket is what refills in `perMs`. */
  roomMs: number
  at: Timestamp
}

/** Fractions of a millisecond may be lost to rounding. */
const ROUNDING_MS = 1e-6

export function createRateLimiter(first: ReadonlyMap<string, RateLimit>): RateLimiter {
  let limits = first
  const buckets = new Map<string, Bucket>()

  /** The bucket as it is now, and what one notification takes of it; undefined where there is no limit. */
  function refill(receiver: string, at: Timestamp): { bucket: Bucket; costMs: number } | undefined {
    const limit = limits.get(receiver)
    if (limit === undefined) return undefined
    const bucket = buckets.get(receiver) ?? { roomMs: limit.perMs, at }
    buckets.set(receiver, bucket)
    bucket.roomMs = Math.min(limit.perMs, bucket.roomMs + Math.max(0, at - bucket.at))
    bucket.at = at
    return { bucket, costMs: limit.perMs / limit.notifications }
  }

  return {
    take: (receiver, at) => {
      const found = refill(receiver, at)
      if (found === undefined) return true
      if (found.bucket.roomMs < found.costMs - ROUNDING_MS) return false
      found.bucket.roomMs -= found.costMs
      return true
    },
    roomAt: (receiver, at) => {
      const found = refill(receiver, at)
      if (found === undefined) return at
      return at + Math.max(0, Math.ceil(found.costMs - found.bucket.roomMs - ROUNDING_MS))
    },
    follow: (next) => {
      for (const receiver of buckets.keys())
        if (!isSame(limits.get(receiver), next.get(receiver))) buckets.delete(receiver)
      limits = next
    },
  }
}

function isSame(a: RateLimit | undefined, b: RateLimit | undefined): boolean {
  return a?.notifications === b?.notifications && a?.perMs === b?.perMs
}
