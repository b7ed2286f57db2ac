/** Turns UTF-8 bytes into strings, giving short texts that come again and again as the same string. */
export interface StringCache {
  /** The text in `bytes` from `start` to `end`; bytes that are not UTF-8 become U+FFFD. */
  read(bytes: Buffer, start: number, end: number): string
}

/** Longer texts are seldom repeated, and are not kept. */
const MAX_CACHED_BYTES = 64
const SLOTS = 8192

/**
 * A direct-mapped cache: every text has one slot, which the latest text of that hash owns. So it never grows (about
 * 1 MB when full), and no input can make a look-up slower than one comparison.
 */
export function createStringCache(): StringCache {
  const cachedBytes = new Uint8Array(SLOTS * MAX_CACHED_BYTES)
  const texts: string[] = Array.from({ length: SLOTS }, () => '')
  const lengths = new Uint8Array(SLOTS)

  return {
    read: (bytes, start, end) => {
      const length = end - start
      if (length === 0) return ''
      if (length > MAX_CACHED_BYTES) return bytes.toString('utf8', start, end)

      const slot = hash(bytes, start, end) % SLOTS
      const at = slot * MAX_CACHED_BYTES
      if (lengths[slot] === length && isSame(cachedBytes, at, bytes, start, length)) return texts[slot] ?? ''

      const text = bytes.toString('utf8', start, end)
      texts[slot] = text
      lengths[slot] = length
      cachedBytes.set(bytes.subarray(start, end), at)
      return text
    },
  }
}

/** FNV-1a, 32 bits. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5
  for (let index = start; index < end; index += 1) {
    value = Math.imul(value ^ (bytes[index] ?? 0), 0x01000193)
  }
  return (value ^ (value >>> 15)) >>> 0
}

function isSame(
  left: Uint8Array,
  leftStart: number,
  right: Uint8Array,
  rightStart: number,
  length: number,
): boolean {
  for (let offset = 0; offset < length; offset += 1) {
    if (left[leftStart + offset] !== right[rightStart + offset]) return false
  }
  return true
}
