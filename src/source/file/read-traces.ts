import type { Trace } from '../../model/trace.js'
import { createTraceAssembly } from './assemble-traces.js'
import { FileError } from './file-error.js'
import { readSpans, type ReadSpansOptions } from './read-spans.js'

export interface ReadTracesOptions extends ReadSpansOptions {
  /** The memory that traces may take while they are put together. */
  readonly maxBytes: number
  /** Is given every trace once, in no order. */
  readonly onTrace: (trace: Trace) => void
}

/** What was read of a file. */
export interface FileReading {
  readonly spans: number
  readonly badLines: number
  /** Spans that were left out because an id of theirs is missing or zero. */
  readonly refusedSpans: number
  /** Spans whose trace had been judged already, because memory ran out. */
  readonly lateSpans: number
  /** Memory ran out so often that a trace may have been given in two parts. */
  readonly mayRepeat: boolean
  /** Why the file could not be read to its end. */
  readonly cutOff: FileError | undefined
}

/**
 * Reads the traces of a file, whose spans may be anywhere in it. Throws a `FileError` where no span could be read, or
 * whatever `onTrace` throws.
 */
export async function readTraces(path: string, options: ReadTracesOptions): Promise<FileReading> {
  const assembly = createTraceAssembly(options)
  const counts = { spans: 0, badLines: 0, refusedSpans: 0 }
  const onBadLine: ReadSpansOptions['onBadLine'] = (line) => {
    counts.badLines += 1
    options.onBadLine(line)
  }

  async function readAll(): Promise<void> {
    for await (const { spans, refused } of readSpans(path, { ...options, onBadLine })) {
      for (const span of spans) assembly.add(span)
      counts.spans += spans.length
      for (const count of refused.values()) counts.refusedSpans += count
    }
  }

  const cutOff = await faultOf(readAll())
  if (counts.spans === 0) throw cutOff ?? nothingRead(path, counts)
  assembly.finish()
  const { lateSpans, mayRepeat } = assembly
  return { ...counts, lateSpans, mayRepeat, cutOff }
}

async function faultOf(reading: Promise<void>): Promise<FileError | undefined> {
  try {
    await reading
    return undefined
  } catch (error) {
    if (error instanceof FileError) return error
    throw error
  }
}

function nothingRead(
  path: string,
  { badLines, refusedSpans }: Pick<FileReading, 'badLines' | 'refusedSpans'>,
) {
  const bad = badLines > 0 ? `; bad lines: ${badLines}` : ''
  const refused = refusedSpans > 0 ? `; spans without a valid id: ${refusedSpans}` : ''
  const expected = 'expected OTLP JSON Lines: one object with resourceSpans on each line'
  return new FileError(`${path}: found no spans${bad}${refused}; ${expected}`)
}
