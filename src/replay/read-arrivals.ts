import type { Timestamp } from '../model/time.js'
import { readBytes, type ReadBytesOptions } from '../source/file/read-bytes.js'
import { readLines } from '../source/file/read-lines.js'
import { ReplayError } from './replay-error.js'

/** When each line of a file of traces arrived. */
export interface Arrivals {
  /** When this line arrived; lines are asked for in order. Throws a `ReplayError`, or a `FileError`. */
  of(line: number): Promise<Timestamp>
  close(): Promise<void>
}

const MOST_BYTES = 64
const UNIX_MS = /^\d{1,15}(?:\.\d{1,9})?$/

/** Reads a file of one Unix millisecond a line, plain or gzip, as far as it is needed. */
export function openArrivals(path: string, options: ReadBytesOptions): Arrivals {
  const lines = readLines(readBytes(path, options), MOST_BYTES)

  return {
    of: async (wanted) => {
      for (;;) {
        const next = await lines.next()
        if (next.done === true) {
          throw new ReplayError(`${path}: has no line ${wanted}, expected as many lines as the traces have`)
        }
        const { number, bytes } = next.value
        if (number > wanted) {
          throw new ReplayError(`${path}:${wanted}: found nothing, expected Unix milliseconds`)
        }
        if (number === wanted) return parseMoment(`${path}:${number}`, bytes)
      }
    },
    close: async () => void (await lines.return(undefined)),
  }
}

function parseMoment(place: string, bytes: Buffer | undefined): Timestamp {
  const text = bytes?.toString('latin1').trim()
  if (text !== undefined && UNIX_MS.test(text)) return Number(text)
  const found = text === undefined ? `more than ${MOST_BYTES} bytes` : JSON.stringify(text)
  throw new ReplayError(`${place}: found ${found}, expected Unix milliseconds`)
}
