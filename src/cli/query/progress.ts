import type { Clock } from '../../model/clock.js'
import type { ReadProgress } from '../../query/query-file.js'

export interface ProgressOptions<P> {
  readonly clock: Pick<Clock, 'now'>
  readonly write: (text: string) => void
  readonly describe: (progress: P) => string
}

/** The line at a terminal that says how far a piece of work has come. */
export interface Progress<P> {
  show(progress: P): void
  /** Takes the line away. */
  clear(): void
}

/** What is done sooner needs no line. */
const QUIET_MS = 2000
const EVERY_MS = 250
const MIB = 1024 * 1024
const START_OF_LINE = '\r\u001b[K'

export function createProgress<P>({ clock, write, describe }: ProgressOptions<P>): Progress<P> {
  const startedAt = clock.now()
  let shownAt: number | undefined

  return {
    show: (progress) => {
      const now = clock.now()
      if (now - startedAt < QUIET_MS || now - (shownAt ?? 0) < EVERY_MS) return
      shownAt = now
      write(`${START_OF_LINE}${describe(progress)}`)
    },
    clear: () => {
      if (shownAt !== undefined) write(START_OF_LINE)
      shownAt = undefined
    },
  }
}

/** How much of a file has been read. */
export function describeReading({ doneBytes, totalBytes }: ReadProgress): string {
  const share = totalBytes > 0 ? ` of ${mebibytes(totalBytes)}` : ''
  return `reading: ${mebibytes(doneBytes)}${share} MiB`
}

function mebibytes(bytes: number): string {
  return (bytes / MIB).toFixed(1)
}
