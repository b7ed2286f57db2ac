/** Memory that is used again: what is thrown away by the megabyte keeps the garbage collector busy. */
export interface SpareBuffers {
  /** One that holds so many bytes, or more up to `most`; undefined where there is none. */
  take(bytes: number, most: number): Buffer | undefined
  /** Nobody may use it any more. Large ones, and those that are one too many, are let go. */
  give(buffer: Buffer): void
}

const MOST_SPARES = 8
const LARGEST_SPARE = 512 * 1024

export function createSpareBuffers(): SpareBuffers {
  const spares: Buffer[] = []
  return {
    take: (bytes, most) => {
      const place = spares.findIndex(({ length }) => length >= bytes && length <= most)
      return place < 0 ? undefined : spares.splice(place, 1)[0]
    },
    give: (buffer) => {
      if (buffer.length === 0 || buffer.length > LARGEST_SPARE) return
      spares.push(buffer)
      if (spares.length > MOST_SPARES) spares.shift()
    },
  }
}
