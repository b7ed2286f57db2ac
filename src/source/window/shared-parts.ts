import type { InstrumentationScope, Resource } from '../../model/span.js'
import { estimateSharedBytes } from './span-bytes.js'

/** A resource or a scope, which the spans of many requests have in common. */
export interface SharedPart<T> {
  readonly key: string
  readonly value: T
  /** The memory it takes, in bytes. */
  readonly bytes: number
  holders: number
}

/**
 * The resources and scopes in the window, each decoded and held in memory once however often it is sent, for as long as
 * anyone holds it. It is one that came in the same bytes.
 */
export interface SharedParts<T extends Resource | InstrumentationScope> {
  /** The memory of all parts that are held, in bytes. */
  readonly bytes: number
  /** Forgets the parts that were found and are held by nobody: a request begins. */
  begin(): void
  /** The part in `bytes` from `start` to `end`, the same however often it is found in a request. */
  find(bytes: Buffer, start: number, end: number, decode: () => T): SharedPart<T>
  hold(part: SharedPart<T>): void
  release(part: SharedPart<T>): void
}

export function createSharedParts<T extends Resource | InstrumentationScope>(): SharedParts<T> {
  const parts = new Map<string, SharedPart<T>>()
  /** Found in this request, and held by nobody yet. */
  const fresh = new Map<string, SharedPart<T>>()
  let total = 0
  return {
    get bytes() {
      return total
    },
    begin: () => fresh.clear(),
    find: (bytes, start, end, decode) => {
      const key = bytes.toString('latin1', start, end)
      const known = parts.get(key) ?? fresh.get(key)
      if (known !== undefined) return known
      const value = decode()
      const part = { key, value, bytes: key.length + estimateSharedBytes(value), holders: 0 }
      fresh.set(key, part)
      return part
    },
    hold: (part) => {
      part.holders += 1
      if (part.holders > 1) return
      parts.set(part.key, part)
      total += part.bytes
    },
    release: (part) => {
      part.holders -= 1
      if (part.holders === 0 && parts.delete(part.key)) total -= part.bytes
    },
  }
}
