import zlib from 'node:zlib'

interface ZstdOptions {
  readonly info: true
  readonly maxOutputLength: number
  readonly params: Readonly<Record<number, number>>
}

/** What is only in Node from 22.15 on. */
interface ZstdPlatform {
  readonly zstdDecompressSync?: (
    bytes: Buffer,
    options: ZstdOptions,
  ) => { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }
  readonly constants: Readonly<Record<string, number>>
}

/** Each frame is given its own decoder, which takes time; those who write a body write one. */
const MAX_FRAMES = 16

/** 32 MiB, which the Go encoder of the OpenTelemetry Collector asks for at its best level; others ask for 8 at most. */
const WINDOW_LOG_MAX = 25

/**
 * The bytes in a body of zstd frames; undefined where this Node cannot. Throws a `RangeError` where they are more than
 * `maxBytes`, and an `Error` where the body is not zstd, is cut off, or has too many frames.
 */
export const decompressZstd = createZstd(zlib)

function createZstd({ zstdDecompressSync, constants }: ZstdPlatform) {
  const { ZSTD_d_windowLogMax: windowLogMax } = constants
  if (zstdDecompressSync === undefined || windowLogMax === undefined) return undefined
  const params = { [windowLogMax]: WINDOW_LOG_MAX }

  return (body: Buffer, maxBytes: number): Buffer => {
    const parts: Buffer[] = []
    let length = 0
    let at = 0
    // Node stops at the end of a frame and does not say that more follows.
    do {
      if (parts.length === MAX_FRAMES) throw new Error(`more than ${MAX_FRAMES} frames`)
      const maxOutputLength = Math.max(1, maxBytes - length)
      const part = zstdDecompressSync(body.subarray(at), { info: true, maxOutputLength, params })
      parts.push(part.buffer)
      length += part.buffer.length
      at += part.engine.bytesWritten
      if (length > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`)
    } while (at < body.length)
    return Buffer.concat(parts)
  }
}
