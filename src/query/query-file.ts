import type { Interval } from '../model/time.js'
import type { Trace } from '../model/trace.js'
import { createCollector } from './collector.js'
import { QueryError } from './query-error.js'
import { resolveWindow, type QueryAnswer, type QueryRequest } from './query-request.js'
import { FileError } from '../source/file/file-error.js'
import { findSpanTimes } from '../source/file/find-span-times.js'
import { isOrdinaryFile, type ReadProgress } from '../source/file/read-bytes.js'
import type { BadLine } from '../source/file/read-spans.js'
import { readTraces, type FileReading } from '../source/file/read-traces.js'

export type { BadLine, FileReading, ReadProgress }

export interface QueryFileOptions {
  readonly path: string
  /** The memory that traces may take while they are put together. */
  readonly maxBytes: number
  /** Is told of every line that could not be read. */
  readonly onBadLine: (line: BadLine) => void
  readonly onProgress: (progress: ReadProgress) => void
  readonly signal: AbortSignal
}

export interface FileAnswer extends QueryAnswer {
  readonly reading: FileReading
}

/** The latest moment that a span can have: its nanoseconds are 64 bits. */
const ALL_TIME: Interval = { start: 0, end: 2 ** 64 / 1e6 }

/**
 * Answers a query over a file of OTLP JSON Lines: over all of it where no time was named, and `since` counts from its
 * last span. Throws a `QueryError` where the file cannot be read, and a `TraceqlError` for a query that is not done here
 * or fails on the data.
 */
export async function queryFile(request: QueryRequest, options: QueryFileOptions): Promise<FileAnswer> {
  try {
    const window = resolveWindow(request.times, await knownTimes(request, options))
    const collector = createCollector(request, window)
    const onTrace = (trace: Trace): void => collector.add(trace)
    const reading = await readTraces(options.path, { ...options, onTrace })
    const { body, matchingTraces, truncated } = collector.answer()
    const partial = describePartial(reading) ?? truncated
    const status = partial === undefined ? {} : { status: 'PARTIAL', message: partial }
    return { body: { ...body, ...status }, partial, matchingTraces, reading }
  } catch (error) {
    if (error instanceof FileError) throw new QueryError('input', error.message, { cause: error })
    throw error
  }
}

/** The time that the file is about, if the query needs to know: the file is read twice then. */
async function knownTimes({ kind, times }: QueryRequest, options: QueryFileOptions): Promise<Interval> {
  const { start, end, sinceMs } = times
  const needsEnd = end === undefined && (kind !== 'search' || sinceMs !== undefined)
  const needsStart = start === undefined && sinceMs === undefined && kind !== 'search'
  if (!needsEnd && !needsStart) return ALL_TIME
  if (!(await isOrdinaryFile(options.path))) {
    throw new QueryError('input', `${options.path}: can be read only once, so --start and --end are needed`)
  }
  return (await findSpanTimes(options.path, options)) ?? ALL_TIME
}

function describePartial({ lateSpans, mayRepeat, cutOff }: FileReading): string | undefined {
  const reasons = [
    cutOff?.message,
    lateSpans > 0
      ? `late spans, which came when memory had run out and their trace was judged without them: ${lateSpans}`
      : undefined,
    mayRepeat ? 'the file has so many traces that one may have been judged in two parts' : undefined,
  ]
  return reasons.filter((reason) => reason !== undefined).join('; ') || undefined
}
