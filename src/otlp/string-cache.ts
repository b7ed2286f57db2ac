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

/**
 * Of the length and at most twelve bytes: the first, the middle and the last four, where texts of one kind differ. Texts
 * that only differ elsewhere share a slot, and take turns in it.
 */
function hash(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  let value = Math.imul(length, 0x9e3779b1)
  if (length <= 12) {
    for (let index = start; index < end; index += 1) value = mix(value, bytes[index] ?? 0)
    return finish(value)
  }
  value = mix(value, fourBytes(bytes, start))
  value = mix(value, fourBytes(bytes, start + (length >>> 1)))
  return finish(mix(value, fourBytes(bytes, end - 4)))
}

function mix(value: number, bits: number): number {
  return Math.imul(value ^ bits, 0x01000193) ^ (value >>> 11)
}

function finish(value: number): number {
  return (value ^ (value >>> 15)) >>> 0
}

function fourBytes(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  )
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
