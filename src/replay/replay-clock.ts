import type { Clock } from '../model/clock.js'
import type { Timestamp } from '../model/time.js'

/** A clock that is where the data are. */
export interface ReplayClock extends Clock {
  /** Moves it on; it never goes back. */
  moveTo(at: Timestamp): void
}

export function createReplayClock(start: Timestamp): ReplayClock {
  let now = start
  return {
    now: () => now,
    moveTo: (at) => {
      now = Math.max(now, at)
    },
    // Nothing in a replay waits: who evaluates is told when.
    sleepUntil: () => Promise.reject(new Error('nobody sleeps in a replay')),
  }
}
