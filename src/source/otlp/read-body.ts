import type { IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { Ticket } from './in-flight.js'
import { RequestRefusal } from './request-refusal.js'

/** The sender went away before its request was whole: nobody is left to be answered. */
export class RequestAborted extends Error {
  override readonly name = 'RequestAborted'
}

const FIRST_BYTES = 16_384

/**
 * Receives a body of at most `maxBytes`, taking room from `ticket` as it grows. Rejects with `RequestRefusal` when it is
 * too large or there is no room, and then lets the rest pass by unread; with `RequestAborted` when the sender goes away.
 */
export function readBody(request: IncomingMessage, maxBytes: number, ticket: Ticket): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > maxBytes) return Promise.reject(tooLarge(maxBytes))

  return new Promise((resolve, reject) => {
    // One buffer that doubles: a body that comes byte by byte takes no more memory than one that comes at once.
    let body = Buffer.alloc(0)
    let length = 0
    let refused = false

    const append = (chunk: Buffer): void => {
      if (length + chunk.length > maxBytes) throw tooLarge(maxBytes)
      if (length + chunk.length > body.length) {
        const size = Math.min(maxBytes, Math.max(FIRST_BYTES, 2 * body.length, length + chunk.length))
        ticket.take(size - body.length)
        const larger = Buffer.allocUnsafeSlow(size)
        body.copy(larger, 0, 0, length)
        body = larger
      }
      chunk.copy(body, length)
      length += chunk.length
    }

    request.on('data', (chunk: Buffer) => {
      if (refused) return
      try {
        append(chunk)
      } catch (error) {
        refused = true
        body = Buffer.alloc(0)
        reject(error)
      }
    })
    request.on('end', () => resolve(body.subarray(0, length)))
    request.on('error', (error) => reject(new RequestAborted('the request was cut off', { cause: error })))
    request.on('close', () => reject(new RequestAborted('the request was cut off')))
  })
}

/** The bytes in a gzip body, at most `maxBytes` of them. Throws `RequestRefusal`. */
export function decompress(body: Buffer, maxBytes: number): Buffer {
  try {
    // Not in the background: so there is never more than one decompressed body in memory.
    return gunzipSync(body, { maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes)
    const reason = error instanceof Error ? error.message : 'unknown reason'
    throw new RequestRefusal(400, `invalid gzip body: ${reason}`, { cause: error })
  }
}

function tooLarge(maxBytes: number): RequestRefusal {
  return new RequestRefusal(413, `request body too large: at most ${maxBytes} bytes are taken`)
}
