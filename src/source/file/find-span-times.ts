import type { Interval } from '../../model/time.js'
import { FileError } from './file-error.js'
import { readBytes, type ReadBytesOptions } from './read-bytes.js'
import { readLines } from './read-lines.js'
import { MAX_LINE_BYTES } from './read-spans.js'

/** A quote inside a JSON string is escaped, so that only a key can look like this. */
const SPAN_TIME = /"(?:start|end)TimeUnixNano"\s*:\s*"?(\d{1,20})(?!\d)/g
const NANOS_PER_MILLI = 1e6

/**
 * When the first span of a file starts and the last one ends, moved outward by a millisecond or two; undefined where
 * there is no span. Much faster than decoding the file. Throws a `FileError` where none of the file can be
 * read; that one is cut off is for those to tell who read it for its spans.
 */
export async function findSpanTimes(path: string, options: ReadBytesOptions): Promise<Interval | undefined> {
  let first = Number.POSITIVE_INFINITY
  let last = 0
  try {
    for await (const { bytes } of readLines(readBytes(path, options), MAX_LINE_BYTES)) {
      for (const [, digits] of bytes?.toString('latin1').matchAll(SPAN_TIME) ?? []) {
        const at = Number(digits) / NANOS_PER_MILLI
        if (at === 0) continue
        if (at < first) first = at
        if (at > last) last = at
      }
    }
  } catch (error) {
    if (!(error instanceof FileError) || last === 0) throw error
  }
  return last === 0 ? undefined : { start: Math.floor(first) - 1, end: Math.ceil(last) + 1 }
}
