import type { Span } from '../model/span.js'
import type { Timestamp } from '../model/time.js'
import { readSpans, type LineSpans, type ReadSpansOptions } from '../source/file/read-spans.js'
import { openArrivals } from './read-arrivals.js'

/** Spans that arrive together. */
export interface ArrivingSpans extends LineSpans {
  /** Never before those that came before. */
  readonly at: Timestamp
}

export interface ReadArrivingOptions extends ReadSpansOptions {
  /** A file that says when each line arrived; undefined where that is not known. */
  readonly arrivals: string | undefined
}

/**
 * The spans of a file, line by line, with the moment at which each line arrived: as a file of arrivals has it, else when
 * the last span that was seen until then had ended. Throws a `FileError` or a `ReplayError`.
 */
export async function* readArriving(
  path: string,
  options: ReadArrivingOptions,
): AsyncGenerator<ArrivingSpans> {
  const arrivals =
    options.arrivals === undefined ? undefined : openArrivals(options.arrivals, { signal: options.signal })
  let at = 0
  try {
    for await (const spans of readSpans(path, options)) {
      at = Math.max(at, arrivals === undefined ? latestEnd(spans.spans) : await arrivals.of(spans.line))
      yield { ...spans, at }
    }
  } finally {
    await arrivals?.close()
  }
}

const NANOS_PER_MILLI = 1e6

/** The Unix millisecond by which all of these spans have ended. */
function latestEnd(spans: readonly Span[]): Timestamp {
  const last = spans.reduce((end, { endTimeUnixNano }) => (endTimeUnixNano > end ? endTimeUnixNano : end), 0n)
  return Math.ceil(Number(last) / NANOS_PER_MILLI)
}
