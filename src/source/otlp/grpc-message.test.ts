import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GRPC_CODINGS } from './decompress.js'
import { createGrpcMessage } from './grpc-message.js'
import { GrpcRefusal } from './grpc-status.js'
import { createInFlight } from './in-flight.js'
import { RequestRefusal } from './request-refusal.js'

const MAX_BYTES = 1000

/** What is read from pieces of a body: the message, or the name of what was thrown. */
function read(pieces: readonly Uint8Array[], coding?: string): Buffer | string {
  const ticket = createInFlight({ maxRequests: 1, maxBytes: MAX_BYTES }).enter()
  const decompress = coding === undefined ? undefined : GRPC_CODINGS.get(coding)
  const message = createGrpcMessage({ maxBytes: MAX_BYTES, ticket, decompress })
  try {
    for (const piece of pieces) message.add(Buffer.from(piece))
    return message.end()
  } catch (error) {
    if (error instanceof GrpcRefusal) return error.code
    if (error instanceof RequestRefusal) return String(error.status)
    throw error
  }
}

function prefixed(bytes: Uint8Array, flag = 0): Buffer {
  const prefix = Buffer.from([flag, 0, 0, 0, 0])
  prefix.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([prefix, bytes])
}

/** The bytes in two to four pieces, some of which may be empty. */
const cut = (bytes: Uint8Array): fc.Arbitrary<readonly Uint8Array[]> =>
  fc.array(fc.nat(bytes.length), { minLength: 1, maxLength: 3 }).map((places) => {
    const ends = [...places].sort((a, b) => a - b)
    return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
  })

describe('the message of a call', () => {
  it.each([
    [undefined, prefixed],
    ['gzip', (bytes: Uint8Array) => prefixed(gzipSync(bytes), 1)],
  ])('is what was sent, in whatever pieces it comes: %s', (coding, encode) => {
    const sent = fc.uint8Array({ maxLength: MAX_BYTES })
    const pieces = sent.chain((bytes) => fc.tuple(fc.constant(bytes), cut(encode(bytes))))
    fc.assert(
      fc.property(pieces, ([bytes, body]) => {
        expect(read(body, coding)).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it('is as large as it may be, and no larger', () => {
    expect(read([prefixed(Buffer.alloc(MAX_BYTES))])).toHaveLength(MAX_BYTES)
    expect(read([prefixed(Buffer.alloc(MAX_BYTES + 1))])).toBe('413')
    expect(read([prefixed(gzipSync(Buffer.alloc(MAX_BYTES)), 1)], 'gzip')).toHaveLength(MAX_BYTES)
    expect(read([prefixed(gzipSync(Buffer.alloc(MAX_BYTES + 1)), 1)], 'gzip')).toBe('413')
  })

  it('is refused or read alike, in whatever pieces it comes', () => {
    const flags = fc.constantFrom(0, 1, 2)
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.tuple(flags, fc.uint8Array({ maxLength: 20 })).map(([flag, bytes]) => prefixed(bytes, flag)),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.concat([prefixed(bytes), Buffer.from([0])])),
    )
    const pieces = body.chain((bytes) => fc.tuple(fc.constant(bytes), cut(bytes)))
    fc.assert(
      fc.property(pieces, fc.constantFrom(undefined, 'gzip'), ([bytes, parts], coding) => {
        expect(read(parts, coding)).toEqual(read([bytes], coding))
      }),
    )
  })
})
