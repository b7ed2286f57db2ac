/** One line of a file, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number
  /** Undefined for a line that is longer than allowed, of which nothing was kept. */
  readonly bytes: Buffer | undefined
}

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * The lines in a stream of UTF-8 text, each as it is complete: they end in LF or CRLF, the last one may have no end. A
 * byte order mark is passed over, and so are lines of nothing but blanks, which are counted all the same. No more than
 * `maxLineBytes` of a line, and the chunk it came with, are held.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>, maxLineBytes: number): AsyncGenerator<Line> {
  const pending = createPendingLine(maxLineBytes)
  let number = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      pending.add(chunk.subarray(from, end))
      from = end + 1
      number += 1
      const line = toLine(number, pending.take())
      if (line !== undefined) yield line
    }
    pending.add(chunk.subarray(from))
  }
  const last = toLine(number + 1, pending.take())
  if (last !== undefined) yield last
}

function toLine(number: number, bytes: Buffer | undefined): Line | undefined {
  if (bytes === undefined) return { number, bytes }
  const from = number === 1 && startsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0
  const text = bytes.subarray(from, bytes.at(-1) === CARRIAGE_RETURN ? -1 : undefined)
  return isBlank(text) ? undefined : { number, bytes: text }
}

function startsWithMark(bytes: Buffer): boolean {
  return bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === CARRIAGE_RETURN)
}

/** The line that is being read: its pieces so far, or only that it is too long. */
function createPendingLine(maxBytes: number) {
  let pieces: Buffer[] = []
  let size = 0

  return {
    add: (piece: Buffer): void => {
      size += piece.length
      if (size > maxBytes) pieces = []
      else if (piece.length > 0) pieces.push(piece)
    },
    /** The whole line; undefined where it is too long. The next one begins empty. */
    take: (): Buffer | undefined => {
      const [only = Buffer.alloc(0), ...others] = pieces
      const line = others.length === 0 ? only : Buffer.concat(pieces)
      const isTooLong = size > maxBytes
      pieces = []
      size = 0
      return isTooLong ? undefined : line
    },
  }
}
