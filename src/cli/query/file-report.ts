import type { Clock } from '../../model/clock.js'
import type { BadLine, FileReading, ReadProgress } from '../../query/query-file.js'
import { printable } from './printable.js'
import { createProgress, describeReading } from './progress.js'

export interface FileReportOptions {
  readonly path: string
  readonly clock: Pick<Clock, 'now'>
  readonly say: (line: string) => void
  readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown }
  /** How far the reading has come, for the line at a terminal. */
  readonly describe?: ((progress: ReadProgress) => string) | undefined
}

/** What is said, beside the answer, of a file that is read. */
export interface FileReport {
  onProgress(progress: ReadProgress): void
  onBadLine(line: BadLine): void
  /** Sums up what could not be read. */
  tell(reading: FileReading): void
  close(): void
}

/** A file in another format has as many bad lines as it has lines. */
const NAMED_LINES = 10

export function createFileReport({
  path,
  clock,
  say,
  stderr,
  describe = describeReading,
}: FileReportOptions): FileReport {
  const progress =
    stderr.isTTY === true
      ? createProgress({ clock, write: (text) => void stderr.write(text), describe })
      : undefined
  let named = 0

  return {
    onProgress: (now) => progress?.show(now),
    onBadLine: ({ number, problem }) => {
      if (named === NAMED_LINES) return
      named += 1
      progress?.clear()
      say(printable(`${path}:${number}: ${problem}`))
    },
    tell: ({ badLines, refusedSpans }) => {
      progress?.clear()
      if (badLines > 0) say(printable(`${path}: bad lines passed over: ${badLines}`))
      if (refusedSpans > 0) say(printable(`${path}: spans left out, without a valid id: ${refusedSpans}`))
    },
    close: () => progress?.clear(),
  }
}
