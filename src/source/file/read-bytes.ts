import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { FileError } from './file-error.js'

/** How far a file has been read, in bytes as they are on the disk. */
export interface ReadProgress {
  readonly doneBytes: number
  readonly totalBytes: number
}

export interface ReadBytesOptions {
  readonly signal: AbortSignal
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined
}

const CHUNK_BYTES = 256 * 1024

/**
 * The bytes of a file, decompressed where it is gzip, by whatever name. Throws a `FileError` where the file cannot be
 * opened, is empty, has a name in `.gz` and is no gzip, is UTF-16, or, after what could be read, is cut off or broken.
 */
export async function* readBytes(path: string, options: ReadBytesOptions): AsyncGenerator<Buffer> {
  try {
    const { size: totalBytes } = await stat(path)
    const [start, chunks] = await peek(readCounted(path, totalBytes, options))
    checkStart(path, start)
    yield* isGzip(start) ? gunzip(chunks) : chunks
  } catch (error) {
    options.signal.throwIfAborted()
    throw toFileError(path, error)
  }
}

/** Whether a path is that of an ordinary file, which can be read twice. Throws a `FileError` where there is none. */
export async function isOrdinaryFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    throw toFileError(path, error)
  }
}

async function* readCounted(
  path: string,
  totalBytes: number,
  { signal, onProgress }: ReadBytesOptions,
): AsyncGenerator<Buffer> {
  const stream: AsyncIterable<Buffer> = createReadStream(path, { signal, highWaterMark: CHUNK_BYTES })
  let doneBytes = 0
  for await (const chunk of stream) {
    doneBytes += chunk.length
    onProgress?.({ doneBytes, totalBytes })
    yield chunk
  }
}

/** The first two bytes, or fewer where there are not so many, and the whole stream with them. */
async function peek(chunks: AsyncGenerator<Buffer>): Promise<[start: Buffer, whole: AsyncIterable<Buffer>]> {
  let start = Buffer.alloc(0)
  while (start.length < 2) {
    const next = await chunks.next()
    if (next.done === true) break
    start = Buffer.concat([start, next.value])
  }
  async function* whole(): AsyncGenerator<Buffer> {
    yield start
    yield* chunks
  }
  return [start, whole()]
}

function checkStart(path: string, start: Buffer): void {
  if (start.length === 0) throw new FileError(`${path}: the file is empty`)
  if (path.endsWith('.gz') && !isGzip(start)) {
    throw new FileError(`${path}: not gzip, though its name ends in .gz`)
  }
  if (UTF16_MARKS.some((mark) => start.subarray(0, mark.length).equals(mark))) {
    throw new FileError(`${path}: the text is UTF-16, expected UTF-8`)
  }
}

/** What an editor or a shell that writes UTF-16 begins a file with. */
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]

function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b
}

function gunzip(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  // What goes wrong on the way is thrown to whoever reads the last stream.
  return pipeline(Readable.from(chunks), createGunzip({ chunkSize: CHUNK_BYTES }), () => {})
}

const FAULTS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'no such file'],
  ['EISDIR', 'is a folder, expected a file'],
  ['EACCES', 'may not be read: permission denied'],
  ['EPERM', 'may not be read: permission denied'],
  ['Z_BUF_ERROR', 'cut off: the file ends in the middle of its gzip data'],
  ['Z_DATA_ERROR', 'the gzip data is broken'],
])

function toFileError(path: string, error: unknown): Error {
  if (error instanceof FileError || !(error instanceof Error)) {
    return error instanceof FileError ? error : new FileError(`${path}: ${String(error)}`)
  }
  const fault = 'code' in error && typeof error.code === 'string' ? FAULTS.get(error.code) : undefined
  return new FileError(`${path}: ${fault ?? error.message}`, { cause: error })
}
