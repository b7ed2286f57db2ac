import { RequestRefusal } from './request-refusal.js'

export interface InFlightOptions {
  readonly maxRequests: number
  /** Of the bodies that are being received, together. */
  readonly maxBytes: number
}

/** One request's share of what may be in flight. */
export interface Ticket {
  /** Takes room for more bytes. Throws `RequestRefusal` when there is none. */
  take(bytes: number): void
  /** Gives everything back; may be called again. */
  release(): void
}

/** Bounds how many requests, and how many bytes of their bodies, are held at a time. */
export interface InFlight {
  /** Lets a request in. Throws `RequestRefusal` when there are too many. */
  enter(): Ticket
}

const RETRY_AFTER_SECONDS = 1

export function createInFlight({ maxRequests, maxBytes }: InFlightOptions): InFlight {
  let requests = 0
  let bytes = 0

  return {
    enter: () => {
      if (requests >= maxRequests) throw overloaded(`${maxRequests} requests`)
      requests += 1
      let taken = 0
      let released = false
      return {
        take: (more) => {
          if (bytes + more > maxBytes) throw overloaded(`${maxBytes} bytes`)
          bytes += more
          taken += more
        },
        release: () => {
          if (released) return
          released = true
          requests -= 1
          bytes -= taken
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
