/**
 * A span in the window, as 14 words of 32 bits in a row: what it is looked up and filtered by. All else is in its bytes.
 * Times come first, so that they can be read as 64-bit numbers too.
 */
export const ROW_WORDS = 14
export const ROW_BYTES = 4 * ROW_WORDS

/** Where each word is; of a 64-bit number the word of this name is the lower half. */
export const WORD = {
  start: 0,
  end: 2,
  spanIdHigh: 4,
  spanIdLow: 5,
  /** Both zero for a root. */
  parentIdHigh: 6,
  parentIdLow: 7,
  /** The reference of the next span of its trace, in the order of arrival. */
  next: 8,
  /** The span's bytes in those of the segment. */
  offset: 9,
  length: 10,
  /** Which resource and scope it came under. */
  group: 11,
  /** Kind, status and `SPAN_FLAG`s, four bits each, and the number of its shape in 16 bits; 0 for none. */
  kindStatusFlagsShape: 12,
  /** Where name and attributes begin, counted from `offset`, 16 bits each; 0 for none or too far to say. */
  nameAttributes: 13,
} as const

/** A reference to a row: the place of its segment, and its index there. It is signed, as such numbers take no memory of their own. */
export type RowRef = number
export const NO_ROW: RowRef = -1
const ROW_BITS = 20
/** One less, so that no reference is `NO_ROW`. */
export const MOST_ROWS = 2 ** ROW_BITS - 1
export const MOST_SEGMENTS = 2 ** (32 - ROW_BITS)

export function toRowRef(place: number, index: number): RowRef {
  return (place << ROW_BITS) | index
}

export function placeOf(ref: RowRef): number {
  return ref >>> ROW_BITS
}

export function indexOf(ref: RowRef): number {
  return ref & MOST_ROWS
}
