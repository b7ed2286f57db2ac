import { bodyTooLarge, createBodyBuffer } from './body-buffer.js'
import type { Decompress } from './decompress.js'
import { GrpcRefusal } from './grpc-status.js'
import type { Ticket } from './in-flight.js'
import type { BodySink } from './read-body.js'

export interface GrpcMessageOptions {
  /** Of the message, both as sent and decompressed. */
  readonly maxBytes: number
  /** Gives the room for what has come. */
  readonly ticket: Ticket
  /** Undefined where the message may not be compressed. */
  readonly decompress: Decompress | undefined
}

/** Before a message come a byte that says whether it is compressed, and its length in four. */
const PREFIX_BYTES = 5

/**
 * Takes the body of a unary call for the one message that it must be. What is wrong with it is told as soon as it is
 * seen, most of it from the prefix. Throws `GrpcRefusal`, and `RequestRefusal` as over every protocol.
 */
export function createGrpcMessage(options: GrpcMessageOptions): BodySink<Buffer> {
  const { maxBytes, ticket, decompress } = options
  const prefix = Buffer.alloc(PREFIX_BYTES)
  let prefixLength = 0
  let size = 0
  let message = createBodyBuffer(0, ticket)

  return {
    add: (piece) => {
      const taken = piece.copy(prefix, prefixLength)
      prefixLength += taken
      if (taken > 0 && prefixLength === PREFIX_BYTES) {
        size = readPrefix(prefix, options)
        message = createBodyBuffer(size, ticket)
      }
      const rest = piece.subarray(taken)
      if (message.length + rest.length > size) throw notOne('more than one')
      message.add(rest)
    },
    end: () => {
      if (prefixLength === 0) throw notOne('none')
      if (prefixLength < PREFIX_BYTES || message.length < size) {
        throw new GrpcRefusal('INVALID_ARGUMENT', 'the call ended before its message was whole')
      }
      const bytes = message.end()
      return decompress !== undefined && isCompressed(prefix) ? decompress(bytes, maxBytes) : bytes
    },
  }
}

/** The length of the message that follows. */
function readPrefix(prefix: Buffer, { maxBytes, decompress }: GrpcMessageOptions): number {
  const flag = prefix.readUInt8()
  if (flag > 1 || (isCompressed(prefix) && decompress === undefined)) {
    throw new GrpcRefusal(
      'INTERNAL',
      `compressed flag ${flag} of a message: expected 0, or 1 with a grpc-encoding`,
    )
  }
  const size = prefix.readUInt32BE(1)
  if (size > maxBytes) throw bodyTooLarge(maxBytes)
  return size
}

function isCompressed(prefix: Buffer): boolean {
  return prefix[0] === 1
}

function notOne(found: string): GrpcRefusal {
  return new GrpcRefusal('UNIMPLEMENTED', `${found} in a call that takes one message`)
}
