import { RequestRefusal } from './request-refusal.js'
import { createSpareBuffers } from './spare-buffers.js'

export interface InFlightOptions {
  readonly maxRequests: number
  /** Of the bodies that are being received, together. */
  readonly maxBytes: number
}

/** One request's share of what may be in flight. */
export interface Ticket {
  /**
   * Memory for at least so many bytes, of which the first are those that are given: what the ticket had before is let go.
   * Throws `RequestRefusal` when there is no room.
   */
  grow(bytes: number, first: Buffer): Buffer
  /** Gives everything back, the memory too, which must not be used any more; may be called again. */
  release(): void
}

/** Bounds how many requests, and how many bytes of their bodies, are held at a time. */
export interface InFlight {
  /** Lets a request in. Throws `RequestRefusal` when there are too many. */
  enter(): Ticket
}

const RETRY_AFTER_SECONDS = 1
/** Memory that was there before may be so many times larger than what is wanted. */
const MOST_SLACK = 1.25

export function createInFlight({ maxRequests, maxBytes }: InFlightOptions): InFlight {
  const spares = createSpareBuffers()
  let requests = 0
  let bytes = 0

  /** @param room that is taken already for what the memory is in place of. */
  function allocate(size: number, room: number): Buffer {
    const left = maxBytes - bytes + room
    if (size > left) throw overloaded(`${maxBytes} bytes`)
    const buffer = spares.take(size, Math.min(left, MOST_SLACK * size)) ?? Buffer.allocUnsafeSlow(size)
    bytes += buffer.length - room
    return buffer
  }

  return {
    enter: () => {
      if (requests >= maxRequests) throw overloaded(`${maxRequests} requests`)
      requests += 1
      let isReleased = false
      let held: Buffer | undefined
      return {
        grow: (size, first) => {
          const larger = allocate(size, held?.length ?? 0)
          first.copy(larger)
          if (held !== undefined) spares.give(held)
          held = larger
          return larger
        },
        release: () => {
          if (isReleased) return
          isReleased = true
          requests -= 1
          if (held === undefined) return
          bytes -= held.length
          spares.give(held)
        },
      }
    },
  }
}

function overloaded(bound: string): RequestRefusal {
  return new RequestRefusal(503, `overloaded: ${bound} are being received already`, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  })
}
