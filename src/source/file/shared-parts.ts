import type { InstrumentationScope, Resource } from '../../model/span.js'
import { estimateSharedBytes } from '../window/span-bytes.js'

/** What the spans of many traces may have in common, held in memory once. */
export type SharedPart = Resource | InstrumentationScope

/** Counts who holds each shared part, so that its memory is accounted for once and for as long as anyone holds it. */
export interface SharedParts {
  /** The memory of all parts that are held, in bytes. */
  readonly bytes: number
  sizeOf(part: SharedPart): number
  hold(part: SharedPart): void
  release(part: SharedPart): void
}

export function createSharedParts(): SharedParts {
  const holders = new Map<SharedPart, number>()
  const sizes = new WeakMap<SharedPart, number>()
  let bytes = 0

  function sizeOf(part: SharedPart): number {
    const known = sizes.get(part)
    if (known !== undefined) return known
    const size = estimateSharedBytes(part)
    sizes.set(part, size)
    return size
  }

  return {
    get bytes() {
      return bytes
    },
    sizeOf,
    hold: (part) => {
      const count = holders.get(part) ?? 0
      holders.set(part, count + 1)
      if (count === 0) bytes += sizeOf(part)
    },
    release: (part) => {
      const count = holders.get(part) ?? 0
      if (count > 1) {
        holders.set(part, count - 1)
        return
      }
      if (holders.delete(part)) bytes -= sizeOf(part)
    },
  }
}
