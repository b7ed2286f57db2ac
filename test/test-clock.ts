import type { Clock } from '../src/model/clock.js'
import { MINUTE_MS, type Timestamp } from '../src/model/time.js'

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  /** How many sleepers wait now: what still sleeps after a stop is a leak. */
  readonly sleeping: number
  /**
   * Moves the time on by `ms`, waking every sleeper at its own moment, in order. Before the first step and after each
   * one everything that can run without real I/O has run.
   */
  advance(ms: number): Promise<void>
}

interface Sleeper {
  readonly at: Timestamp
  readonly wake: () => void
}

/** A whole minute, so that windows and buckets in tests come out round: 2026-11-24T08:44:00Z. */
const DEFAULT_START: Timestamp = Date.UTC(2026, 10, 24, 8, 44)

export function createTestClock(start: Timestamp = DEFAULT_START): TestClock {
  let now = start
  const sleepers = new Set<Sleeper>()

  return {
    get sleeping() {
      return sleepers.size
    },
    now: () => now,
    sleepUntil: (at, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        if (at <= now) return resolve()
        const abort = (): void => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        }
        const sleeper: Sleeper = {
          at,
          wake: () => {
            sleepers.delete(sleeper)
            signal.removeEventListener('abort', abort)
            resolve()
          },
        }
        signal.addEventListener('abort', abort, { once: true })
        sleepers.add(sleeper)
      }),
    advance: async (ms) => {
      if (!(ms >= 0 && ms <= 1_000_000 * MINUTE_MS)) {
        throw new RangeError(`advance by ${ms} ms: expected a finite time that does not go back`)
      }
      const until = now + ms
      await settle()
      for (let next = earliest(sleepers); next && next.at <= until; next = earliest(sleepers)) {
        now = next.at
        next.wake()
        await settle()
      }
      now = until
      await settle()
    },
  }
}

function earliest(sleepers: ReadonlySet<Sleeper>): Sleeper | undefined {
  let found: Sleeper | undefined
  for (const sleeper of sleepers) {
    if (!found || sleeper.at < found.at) found = sleeper
  }
  return found
}

// A turn of the event loop ends every chain of promises, however long; the second one those that a first turn begins.
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}
