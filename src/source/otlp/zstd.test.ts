import zlib from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decompressZstd } from './zstd.js'

/** What the types of Node 20 do not know. */
interface ZstdPlatform {
  readonly constants: object
  readonly zstdCompressSync?: (bytes: Uint8Array) => Buffer
}

const { zstdCompressSync }: ZstdPlatform = zlib

const LARGE = 100_000
/** A frame that says nothing: https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2. */
const SKIPPED = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2])

/** A frame of one empty block whose window is 2 to the power of `windowLog` bytes. */
function emptyFrame(windowLog: number): Buffer {
  return Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3, 1, 0, 0])
}

it('knows zstd where Node does', () => {
  expect(decompressZstd === undefined).toBe(zstdCompressSync === undefined)
})

describe.skipIf(zstdCompressSync === undefined)('decompressZstd', () => {
  const compress = (bytes: Uint8Array): Buffer => zstdCompressSync?.(bytes) ?? Buffer.alloc(0)
  const decompress = (bytes: Buffer, maxBytes = LARGE): Buffer =>
    decompressZstd?.(bytes, maxBytes) ?? Buffer.alloc(0)

  it('reads what was written, in one frame and in several', () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 5000 }), { minLength: 1, maxLength: 16 })
    fc.assert(
      fc.property(frames, (parts) => {
        const read = decompress(Buffer.concat(parts.map(compress)))
        expect(read.equals(Buffer.concat(parts))).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('reads the frames around one that says nothing', () => {
    const parts = [compress(Buffer.from('a')), SKIPPED, compress(Buffer.from('b'))]
    expect(decompress(Buffer.concat(parts)).toString()).toBe('ab')
  })

  it.each([0, 1, 16_384, 65_536, LARGE])('reads %d bytes where they are as many as they may be', (length) => {
    const bytes = compress(Buffer.alloc(length, 'x'))
    expect(decompress(bytes, length)).toHaveLength(length)
    expect(decompress(Buffer.concat([bytes, SKIPPED]), length)).toHaveLength(length)
  })

  it.each([
    ['one frame of more bytes than it may have', [Buffer.alloc(LARGE + 1)]],
    ['several frames of more bytes together', [Buffer.alloc(LARGE), Buffer.alloc(1)]],
    ['very much in little', [Buffer.alloc(100_000_000)]],
  ])('throws a RangeError for %s', (_what, parts) => {
    expect(() => decompress(Buffer.concat(parts.map(compress)))).toThrow(RangeError)
  })

  const FRAME = compress(Buffer.from('hello'))
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['something else', Buffer.from('{}{}{}{}')],
    ['a frame that is cut', FRAME.subarray(0, -1)],
    ['a frame and something else', Buffer.concat([FRAME, Buffer.from('{}{}{}{}')])],
    ['a frame and a part of another', Buffer.concat([FRAME, FRAME.subarray(0, 3)])],
    ['very many frames', Buffer.concat(Array.from({ length: 17 }, () => FRAME))],
    ['a frame that asks for 64 MiB of memory', emptyFrame(26)],
  ])('throws for %s', (_what, bytes) => {
    expect(() => decompress(bytes)).toThrow(Error)
    expect(() => decompress(bytes)).not.toThrow(RangeError)
  })

  it('reads a frame that asks for 32 MiB of memory', () => {
    expect(decompress(emptyFrame(25))).toHaveLength(0)
  })

  it('answers or throws, whatever it reads', () => {
    const damaged = fc.tuple(fc.nat(FRAME.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = Buffer.from(FRAME)
      bytes[at] = byte
      return bytes
    })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), damaged), (bytes) => {
        let length = 0
        try {
          length = decompress(Buffer.from(bytes)).length
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
        expect(length).toBeLessThanOrEqual(LARGE)
      }),
    )
  })
})
