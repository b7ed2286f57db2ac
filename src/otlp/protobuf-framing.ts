/**
 * The end of the length-delimited value whose length is at `at`, if it lies within `end` and its length takes at most
 * four bytes; else -1.
 */
export function endOfValue(bytes: Buffer, at: number, end: number): number {
  const length = bytes[at] ?? 0
  const valueEnd = length < 128 ? at + 1 + length : endOfLongValue(bytes, at)
  return valueEnd <= end ? valueEnd : -1
}

/** How many bytes the length at `at` takes. */
export function lengthBytes(bytes: Buffer, at: number): number {
  let size = 1
  while ((bytes[at + size - 1] ?? 0) > 127) size += 1
  return size
}

function endOfLongValue(bytes: Buffer, at: number): number {
  let length = 0
  for (let index = 0; index < 4; index += 1) {
    const byte = bytes[at + index] ?? 0
    length |= (byte & 127) << (7 * index)
    if (byte < 128) return at + index + 1 + length
  }
  return Number.POSITIVE_INFINITY
}
