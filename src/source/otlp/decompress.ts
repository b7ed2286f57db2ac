import { gunzipSync, inflateSync } from 'node:zlib'
import { bodyTooLarge } from './body-buffer.js'
import { RequestRefusal } from './request-refusal.js'
import { decompressZstd } from './zstd.js'

/** The bytes in a body, at most `maxBytes` of them. Throws `RequestRefusal`. */
export type Decompress = (body: Buffer, maxBytes: number) => Buffer

/** How a body may be compressed, by the names that its sender gives. */
export type Codings = ReadonlyMap<string, Decompress>

// Not in the background: so there is never more than one decompressed body in memory.
const GZIP = decoder('gzip', (body, maxOutputLength) => gunzipSync(body, { maxOutputLength }))
const DEFLATE = decoder('deflate', (body, maxOutputLength) => inflateSync(body, { maxOutputLength }))
const IDENTITY = ['identity', (body: Buffer): Buffer => body] as const
const ZSTD = decompressZstd === undefined ? [] : [decoder('zstd', decompressZstd)]

/** `zstd` only where this Node has it, which is from 22.15 on. */
export const HTTP_CODINGS: Codings = new Map([GZIP, IDENTITY, ...ZSTD])

export const GRPC_CODINGS: Codings = new Map([DEFLATE, GZIP, IDENTITY])

function decoder(coding: string, decode: Decompress): readonly [string, Decompress] {
  const decompress: Decompress = (body, maxBytes) => {
    try {
      return decode(body, maxBytes)
    } catch (error) {
      if (error instanceof RangeError) throw bodyTooLarge(maxBytes)
      const reason = error instanceof Error ? error.message : 'unknown reason'
      throw new RequestRefusal(400, `invalid ${coding} body: ${reason}`, { cause: error })
    }
  }
  return [coding, decompress]
}
