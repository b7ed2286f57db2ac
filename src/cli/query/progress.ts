import type { Clock } from '../../model/clock.js'
import type { ReadProgress } from '../../query/query-file.js'

export interface ProgressOptions {
  readonly clock: Pick<Clock, 'now'>
  readonly write: (text: string) => void
  /** By default it says how much has been read. */
  readonly describe?: ((progress: ReadProgress) => string) | undefined
}

/** The line at a terminal that says how far the reading of a file has come. */
export interface Progress {
  show(progress: ReadProgress): void
  /** Takes the line away. */
  clear(): void
}

/** What is done sooner needs no line. */
const QUIET_MS = 2000
const EVERY_MS = 250
const MIB = 1024 * 1024
const START_OF_LINE = '\r\u001b[K'

export function createProgress({ clock, write, describe = describeReading }: ProgressOptions): Progress {
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

function describeReading({ doneBytes, totalBytes }: ReadProgress): string {
  const share = totalBytes > 0 ? ` of ${mebibytes(totalBytes)}` : ''
  return `reading: ${mebibytes(doneBytes)}${share} MiB`
}

function mebibytes(bytes: number): string {
  return (bytes / MIB).toFixed(1)
}
