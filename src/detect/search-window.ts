import { MINUTE_MS, type Interval, type Timestamp } from '../model/time.js'

export interface SearchWindowOptions {
  /** How far back a check looks. */
  readonly lookbackMs: number
  /** How long after its end a trace may become visible and must still be found. */
  readonly latenessMs: number
  /** Until when everything was searched before a restart; undefined where that is not known. */
  readonly searchedAt?: Timestamp | undefined
}

/** The window of one search, with what it must hold. */
export interface DueWindow {
  readonly window: Interval
  /** A trace that ended before this moment, and was not seen until now, has come too late for an earlier check. */
  readonly dueSince: Timestamp
  /** How much of what was due is left out, as the backend was away for longer than a search looks back. */
  readonly uncoveredMs: number
}

/** Searches a backend that was away is caught up with, at most. */
const LONGEST_CATCH_UP_MS = 60 * MINUTE_MS

/**
 * Which stretch of time must be searched at each check, so that no trace falls between two: whatever became visible
 * since the last complete search, up to `latenessMs` after its end. Windows overlap for that, and a little more, so
 * that a trace which comes even later is at least counted. A failed search makes the next window longer.
 */
export function createSearchWindows({ lookbackMs, latenessMs, ...before }: SearchWindowOptions) {
  let { searchedAt } = before
  let everSearched = searchedAt !== undefined

  return {
    /** The window to search at `at`, on a source that shows a trace `lagMs` after its end at the latest. */
    next(at: Timestamp, lagMs: number): DueWindow {
      searchedAt ??= at
      const since = Math.min(at - lookbackMs, searchedAt)
      const dueSince = since - Math.max(latenessMs, lagMs)
      const start = everSearched ? dueSince - lookbackMs : dueSince
      const earliest = at - LONGEST_CATCH_UP_MS - lookbackMs - latenessMs
      return {
        window: { start: Math.max(start, earliest), end: at },
        dueSince: Math.max(dueSince, earliest),
        uncoveredMs: Math.max(0, earliest - dueSince),
      }
    },

    /** Takes note that the window asked for at `at` has been searched. */
    searched(at: Timestamp): void {
      searchedAt = at
      everSearched = true
    },
  }
}
