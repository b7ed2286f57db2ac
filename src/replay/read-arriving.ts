import type { Span } from '../model/span.js'
import type { Timestamp } from '../model/time.js'
import { FileError } from '../source/file/file-error.js'
import { readSpans, type LineSpans, type ReadSpansOptions } from '../source/file/read-spans.js'
import { createSteadyTime, type SettledLine } from '../source/file/steady-time.js'
import { endOf } from './ahead-spans.js'
import { openArrivals } from './read-arrivals.js'

/** Spans that arrive together. */
export interface ArrivingSpans extends LineSpans {
  /** Never before those that came before. */
  readonly at: Timestamp
  /** Those of the line that end far ahead of the time, which are none of `spans`. */
  readonly ahead: readonly Span[]
}

export interface ReadArrivingOptions extends ReadSpansOptions {
  /** A file that says when each line arrived; undefined where that is not known. */
  readonly arrivals: string | undefined
}

/**
 * The spans of a file, line by line, with the moment at which each line arrived: as a file of arrivals has it, else when
 * the last span that was seen until then had ended, but for those whose clocks are wrong. Throws a `FileError` or a
 * `ReplayError`.
 */
export function readArriving(path: string, options: ReadArrivingOptions): AsyncGenerator<ArrivingSpans> {
  const { arrivals } = options
  return arrivals === undefined ? readByEnds(path, options) : readByArrivals(path, options, arrivals)
}

async function* readByArrivals(
  path: string,
  options: ReadSpansOptions,
  arrivalsPath: string,
): AsyncGenerator<ArrivingSpans> {
  const arrivals = openArrivals(arrivalsPath, { signal: options.signal })
  let at = 0
  try {
    for await (const spans of readSpans(path, options)) {
      at = Math.max(at, await arrivals.of(spans.line))
      yield { ...spans, at, ahead: [] }
    }
  } finally {
    await arrivals.close()
  }
}

async function* readByEnds(path: string, options: ReadSpansOptions): AsyncGenerator<ArrivingSpans> {
  const time = createSteadyTime<LineSpans>()
  let fault: FileError | undefined
  try {
    for await (const line of readSpans(path, options)) {
      for (const settled of time.push({ of: line, ends: line.spans.map(endOf) })) yield withoutAhead(settled)
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    // What comes before the place where a file is cut off has been read.
    fault = error
  }
  for (const settled of time.finish()) yield withoutAhead(settled)
  if (fault !== undefined) throw fault
}

function withoutAhead({ of, at, limit }: SettledLine<LineSpans>): ArrivingSpans {
  const ahead = of.spans.filter((span) => endOf(span) > limit)
  return ahead.length === 0
    ? { ...of, at, ahead }
    : { ...of, at, ahead, spans: of.spans.filter((span) => endOf(span) <= limit) }
}
