import type { Timestamp } from './time.js'

/**
 * Where the engine takes its time from. It is made in `app.ts` or `cli` and handed in; nothing else reads the
 * machine's clock, so that a test can run hours in a millisecond.
 */
export interface Clock {
  now(): Timestamp
  /** Resolves at `at`, or at once where `at` has passed. Rejects with the signal's reason when aborted. */
  sleepUntil(at: Timestamp, signal: AbortSignal): Promise<void>
}
