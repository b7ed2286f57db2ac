import type { Interval, Timestamp } from '../../model/time.js'
import { FileError } from './file-error.js'
import { readBytes, type ReadBytesOptions } from './read-bytes.js'
import { readLines } from './read-lines.js'
import { MAX_LINE_BYTES } from './read-spans.js'
import { createSteadyTime } from './steady-time.js'

/** A quote inside a JSON string is escaped, so that only a key can look like this. */
const SPAN_TIME = /"(start|end)TimeUnixNano"\s*:\s*"?(\d{1,20})(?!\d)/g
const NANOS_PER_MILLI = 1e6

/**
 * When the first span of a file starts and the last one ends, moved outward by a millisecond or two; undefined where
 * there is no span. Much faster than decoding the file. Throws a `FileError` where none of the file can be
 * read; that one is cut off is for those to tell who read it for its spans.
 */
export async function findSpanTimes(path: string, options: ReadBytesOptions): Promise<Interval | undefined> {
  const { first, last } = await readTimes(path, options, () => {})
  return last === 0 ? undefined : outward(first, last)
}

/** The same, but for ends far ahead of all others: the time of clocks that are wrong is not that of the file. */
export async function findSteadyTimes(
  path: string,
  options: ReadBytesOptions,
): Promise<Interval | undefined> {
  const time = createSteadyTime<undefined>()
  let end: Timestamp = 0
  const { first, last } = await readTimes(path, options, (ends) => {
    for (const { at } of time.push({ of: undefined, ends })) end = at
  })
  for (const { at } of time.finish()) end = at
  return last === 0 ? undefined : outward(first, end === 0 ? last : end)
}

function outward(first: number, last: number): Interval {
  return { start: Math.floor(first) - 1, end: Math.ceil(last) + 1 }
}

interface Extent {
  /** Infinite where there is none. */
  readonly first: number
  /** 0 where there is none. */
  readonly last: number
}

/** Gives the ends in each line. */
async function readTimes(
  path: string,
  options: ReadBytesOptions,
  onLine: (ends: readonly number[]) => void,
): Promise<Extent> {
  let first = Number.POSITIVE_INFINITY
  let last = 0
  try {
    for await (const { bytes } of readLines(readBytes(path, options), MAX_LINE_BYTES)) {
      const ends: number[] = []
      for (const [, kind, digits] of bytes?.toString('latin1').matchAll(SPAN_TIME) ?? []) {
        const at = Number(digits) / NANOS_PER_MILLI
        if (at === 0) continue
        if (kind === 'end') ends.push(at)
        if (at < first) first = at
        if (at > last) last = at
      }
      onLine(ends)
    }
  } catch (error) {
    if (!(error instanceof FileError) || last === 0) throw error
  }
  return { first, last }
}
