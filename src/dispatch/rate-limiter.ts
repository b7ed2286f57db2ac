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
}

interface Bucket {
  room: number
  at: Timestamp
}

export function createRateLimiter(limits: ReadonlyMap<string, RateLimit>): RateLimiter {
  const buckets = new Map<string, Bucket>()

  /** Undefined where there is no limit. */
  function refill(receiver: string, at: Timestamp): { bucket: Bucket; limit: RateLimit } | undefined {
    const limit = limits.get(receiver)
    if (limit === undefined) return undefined
    const bucket = buckets.get(receiver) ?? { room: limit.notifications, at }
    buckets.set(receiver, bucket)
    const refilled = (Math.max(0, at - bucket.at) * limit.notifications) / limit.perMs
    bucket.room = Math.min(limit.notifications, bucket.room + refilled)
    bucket.at = at
    return { bucket, limit }
  }

  return {
    take: (receiver, at) => {
      const found = refill(receiver, at)
      if (found === undefined) return true
      // A thousandth is lost to rounding.
      if (found.bucket.room < 0.999) return false
      found.bucket.room = Math.max(0, found.bucket.room - 1)
      return true
    },
    roomAt: (receiver, at) => {
      const found = refill(receiver, at)
      if (found === undefined) return at
      const missing = Math.max(0, 1 - found.bucket.room)
      return at + Math.ceil((missing * found.limit.perMs) / found.limit.notifications)
    },
  }
}
