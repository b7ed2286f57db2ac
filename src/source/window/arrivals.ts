import type { Timestamp } from '../../model/time.js'

const ENTRY_BYTES = 16

/** When the rows of a segment came, which are in the order of arrival. */
export interface Arrivals {
  /** The memory it takes, in bytes. */
  readonly bytes: number
  /** Notes that there are so many rows now. */
  note(rowCount: number, at: Timestamp): void
  /** How many rows had come by this moment, it included. */
  countUntil(moment: Timestamp): number
}

export function createArrivals(): Arrivals {
  const times: Timestamp[] = []
  const counts: number[] = []
  return {
    get bytes() {
      return ENTRY_BYTES * times.length
    },
    note: (rowCount, at) => {
      const last = times.at(-1)
      // A clock that is set back does not make what came later come earlier.
      if (last !== undefined && last >= at) counts[counts.length - 1] = rowCount
      else {
        times.push(at)
        counts.push(rowCount)
      }
    },
    countUntil: (moment) => {
      let [low, high] = [0, times.length]
      while (low < high) {
        const middle = (low + high) >>> 1
        if ((times[middle] ?? 0) <= moment) low = middle + 1
        else high = middle
      }
      return counts[low - 1] ?? 0
    },
  }
}
