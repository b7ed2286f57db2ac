import type { RowRef } from './row.js'

/** What a trace takes in memory before its first span, in bytes: itself and its places in the window's lists. */
export const TRACE_BYTES = 320

/** The rows of one large trace by span id: a hash table with open addressing, at most half full. */
export interface SpanIds {
  slots: Int32Array
  count: number
}

/** A trace in the window, growing in place. Ids and times are 32-bit words: as small integers they take no memory of their own. */
export interface HeldTrace {
  /** The words of its id, big-endian, signed. */
  readonly id0: number
  readonly id1: number
  readonly id2: number
  readonly id3: number
  readonly hash: number
  first: RowRef
  last: RowRef
  spanCount: number
  /** The memory of its spans; that of the trace itself and of the table of its spans, in bytes. */
  spanBytes: number
  ownBytes: number
  startHigh: number
  startLow: number
  endHigh: number
  endLow: number
  /** Its spans' ids, once there are too many to go through. */
  ids: SpanIds | undefined
  /** The number of the latest request that added to it. */
  latestChange: number
  isGone: boolean
  /** Its neighbours in the order of latest change. */
  before: HeldTrace | undefined
  after: HeldTrace | undefined
}

/** Whether the first of two unsigned 64-bit numbers, given as halves, is the smaller one. */
export function isBefore(high: number, low: number, otherHigh: number, otherLow: number): boolean {
  return high === otherHigh ? low >>> 0 < otherLow >>> 0 : high >>> 0 < otherHigh >>> 0
}
