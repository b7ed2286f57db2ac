import type { TraceId } from '../../model/trace-id.js'

/** The trace ids that were added last, as many as the memory allows. */
export interface RecentIds {
  add(id: TraceId): void
  has(id: TraceId): boolean
  /** The memory they take, in bytes. */
  readonly bytes: number
  /** Whether an id had to make room for another one. */
  readonly hasForgotten: boolean
}

/** A string of 32 digits and its entry in a set. */
const ID_BYTES = 100

/** Two generations: when the newer one is half of what is allowed, the older one is forgotten as a whole. */
export function createRecentIds(maxBytes: number): RecentIds {
  const generation = Math.max(1, Math.floor(maxBytes / ID_BYTES / 2))
  let older = new Set<TraceId>()
  let newer = new Set<TraceId>()
  let hasForgotten = false

  return {
    add: (id) => {
      if (newer.size === generation) {
        hasForgotten ||= older.size > 0
        older = newer
        newer = new Set()
      }
      newer.add(id)
    },
    has: (id) => newer.has(id) || older.has(id),
    get bytes() {
      return ID_BYTES * (older.size + newer.size)
    },
    get hasForgotten() {
      return hasForgotten
    },
  }
}
