import type { Clock } from './clock.js'

/** Why a piece of work was stopped: its time was up. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded'

  constructor(readonly timeoutMs: number) {
    super(`not done within ${timeoutMs} ms`)
  }
}

/** Made once: without a reason an error is made for each call, which nobody sees. */
const DONE = new Error('the work is done')

/**
 * Runs `work` with a signal that aborts when `signal` does, or with `DeadlineExceeded` once `timeoutMs` have passed on
 * the clock. The work must honour its signal. Nothing is left behind on `signal` or the clock.
 */
export async function withDeadline<T>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const controller = new AbortController()
  const relay = (): void => controller.abort(signal.reason)
  signal.addEventListener('abort', relay, { once: true })
  void clock.sleepUntil(clock.now() + timeoutMs, controller.signal).then(
    () => controller.abort(new DeadlineExceeded(timeoutMs)),
    () => undefined,
  )
  try {
    return await work(controller.signal)
  } finally {
    signal.removeEventListener('abort', relay)
    controller.abort(DONE)
  }
}
