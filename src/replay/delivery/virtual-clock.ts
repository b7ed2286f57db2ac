import type { Clock } from '../../model/clock.js'
import type { Timestamp } from '../../model/time.js'

/** A clock that others sleep by, and that goes on when it is told to. */
export interface VirtualClock extends Clock {
  /**
   * Moves the time on to `at`, and wakes who sleeps until a moment before it, each at their own moment and in order; with
   * `inclusive` also those who sleep until `at`. Once it resolves, everything that was woken has run as far as it can
   * without waiting for anything but this clock.
   */
  moveTo(at: Timestamp, inclusive?: boolean): Promise<void>
}

interface Sleeper {
  readonly at: Timestamp
  readonly wake: () => void
}

export function createVirtualClock(start: Timestamp): VirtualClock {
  let now = start
  const sleepers = new Set<Sleeper>()

  function nextBefore(at: Timestamp, inclusive: boolean): Sleeper | undefined {
    const due = [...sleepers].filter((each) => each.at < at || (inclusive && each.at === at))
    return due.reduce<Sleeper | undefined>(
      (first, each) => (first && first.at <= each.at ? first : each),
      undefined,
    )
  }

  return {
    now: () => now,
    sleepUntil: (at, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const abort = (): void => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        }
        const wake = (): void => {
          sleepers.delete(sleeper)
          signal.removeEventListener('abort', abort)
          resolve()
        }
        const sleeper = { at, wake }
        signal.addEventListener('abort', abort, { once: true })
        sleepers.add(sleeper)
      }),
    moveTo: async (at, inclusive = false) => {
      await promisesDone()
      for (let next = nextBefore(at, inclusive); next !== undefined; next = nextBefore(at, inclusive)) {
        now = Math.max(now, next.at)
        next.wake()
        await promisesDone()
      }
      now = Math.max(now, at)
    },
  }
}

/** A turn of the event loop comes after every chain of promises, however long. */
function promisesDone(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
