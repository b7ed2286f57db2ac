import type { Interval, Timestamp } from '../model/time.js'
import { ReplayError } from './replay-error.js'

/** The moments at which rules may be evaluated; undefined: as far as there are data. */
export interface AskedRange {
  readonly from: Timestamp | undefined
  readonly to: Timestamp | undefined
}

/** Gathers from when to when spans of a file arrive. */
export interface DataRange {
  note(at: Timestamp): void
  /** Throws a `ReplayError` that says what there is, for a range that was asked for and in which nothing was evaluated. */
  assertWithin(path: string, asked: AskedRange): void
}

export function createDataRange(): DataRange {
  let data: Interval | undefined
  return {
    note: (at) => {
      data = { start: data?.start ?? at, end: at }
    },
    assertWithin: (path, asked) => {
      if (data === undefined || (asked.from === undefined && asked.to === undefined)) return
      throw new ReplayError(
        `${describeAsked(asked, data)}; ${path} has data from ${iso(data.start)} to ${iso(data.end)}`,
      )
    },
  }
}

function describeAsked({ from, to }: AskedRange, { start, end }: Interval): string {
  if (from !== undefined && from > end)
    return `--from: found ${iso(from)}, which is after the end of the file`
  if (to !== undefined && to < start) return `--to: found ${iso(to)}, which is before the start of the file`
  return `--from, --to: no rule is due from ${iso(from ?? start)} to ${iso(to ?? end)}`
}

function iso(at: Timestamp): string {
  return new Date(at).toISOString()
}
