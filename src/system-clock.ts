import type { Clock } from './model/clock.js'

/** Node's timers take no longer waits than this. */
const LONGEST_WAIT_MS = 2 ** 31 - 1

/** A wait lasts no longer than it should by more than this, even where the machine's clock is set back meanwhile. */
const SET_BACK_SLACK_MS = 1000

/**
 * The machine's own clock. With `keepAlive` false its waits do not keep a process alive that has nothing else to do:
 * right for a library inside somebody's application.
 */
export function createSystemClock({ keepAlive }: { readonly keepAlive: boolean }): Clock {
  return {
    now: () => Date.now(),
    sleepUntil: (at, signal) =>
      new Promise((resolve, reject) => {
        let timer: NodeJS.Timeout | undefined
        const latest = performance.now() + (at - Date.now()) + SET_BACK_SLACK_MS
        const abort = (): void => {
          clearTimeout(timer)
          reject(signal.reason)
        }
        const wait = (): void => {
          const leftMs = Math.min(at - Date.now(), latest - performance.now())
          if (leftMs <= 0) {
            signal.removeEventListener('abort', abort)
            resolve()
            return
          }
          timer = setTimeout(wait, Math.min(leftMs, LONGEST_WAIT_MS))
          if (!keepAlive) timer.unref()
        }
        if (signal.aborted) return reject(signal.reason)
        signal.addEventListener('abort', abort, { once: true })
        wait()
      }),
  }
}
