import type { Ticket } from './in-flight.js'
import { RequestRefusal } from './request-refusal.js'

/** A body that is being received. */
export interface BodyBuffer {
  /** The bytes that have come so far. */
  readonly length: number
  /** Throws `RequestRefusal` when the body gets too large or there is no room. */
  add(piece: Buffer): void
  /** The whole body, good for as long as its ticket is. */
  end(): Buffer
}

/** Many bodies are no larger. */
const FIRST_BYTES = 65_536

/**
 * Holds a body of at most `maxBytes`, in memory of `ticket`: in one buffer that grows by doubling, so that a body that comes
 * byte by byte takes no more than one that comes at once.
 */
export function createBodyBuffer(maxBytes: number, ticket: Ticket): BodyBuffer {
  let bytes: Buffer = Buffer.alloc(0)
  let length = 0

  function makeRoom(wanted: number): void {
    const size = Math.min(maxBytes, Math.max(FIRST_BYTES, 2 * wanted))
    bytes = ticket.grow(size, bytes.subarray(0, length))
  }

  return {
    get length() {
      return length
    },
    add: (piece) => {
      const wanted = length + piece.length
      if (wanted > maxBytes) throw bodyTooLarge(maxBytes)
      if (wanted > bytes.length) makeRoom(wanted)
      piece.copy(bytes, length)
      length = wanted
    },
    end: () => bytes.subarray(0, length),
  }
}

/** What a sender is told whose body is larger than it may be, as sent or decompressed. */
export function bodyTooLarge(maxBytes: number): RequestRefusal {
  return new RequestRefusal(413, `request body too large: at most ${maxBytes} bytes are taken`)
}
