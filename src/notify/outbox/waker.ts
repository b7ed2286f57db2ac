import type { Clock } from '../../model/clock.js'
import type { Timestamp } from '../../model/time.js'

/** A sleep that can be cut short. What wakes between two sleeps cuts the second one. */
export interface Waker {
  wake(): void
  /** Resolves at the moment, when woken, or when aborted; never rejects. */
  sleepUntil(at: Timestamp, signal: AbortSignal): Promise<void>
  /** As a sleep of so long, which nothing but the signal cuts. */
  pause(ms: number, signal: AbortSignal): Promise<void>
}

export function createWaker(clock: Clock): Waker {
  let woken = false
  let cut: (() => void) | undefined

  return {
    wake: () => {
      woken = true
      cut?.()
    },
    sleepUntil: async (at, signal) => {
      if (!woken) {
        const waking = new AbortController()
        cut = () => waking.abort()
        await clock.sleepUntil(at, AbortSignal.any([signal, waking.signal])).catch(() => {})
        cut = undefined
      }
      woken = false
    },
    pause: (ms, signal) => clock.sleepUntil(clock.now() + ms, signal).catch(() => {}),
  }
}
