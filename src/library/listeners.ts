import type { Clock } from '../model/clock.js'
import { describeThrown } from '../model/describe-thrown.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'
import type { Logger } from '../telemetry/logger.js'

export interface ListenersOptions {
  readonly clock: Pick<Clock, 'now'>
  /** Says that listeners fail; called once a minute at most. */
  readonly warn: Logger['warn']
}

/** A listener may be async. What it returns is not used. */
export type Listener<Args extends readonly unknown[]> = (...args: Args) => unknown

/** The application's own functions, by the event of which they are told. */
export interface Listeners<Events extends Record<keyof Events, readonly unknown[]>> {
  add<E extends keyof Events>(event: E, listener: Listener<Events[E]>): void
  /** Takes out one that was added; where it was added twice, once. */
  remove<E extends keyof Events>(event: E, listener: Listener<Events[E]>): void
  /** Tells each listener on its own. It never throws and does not wait for those that are async. */
  tell<E extends keyof Events>(event: E, ...args: Events[E]): void
}

/** Keeps the faults of an application's listeners from each other and from the engine. */
export function createListeners<Events extends Record<keyof Events, readonly unknown[]>>({
  clock,
  warn,
}: ListenersOptions): Listeners<Events> {
  let listeners: { [E in keyof Events]?: readonly Listener<Events[E]>[] } = {}
  let warnedAt: Timestamp | undefined
  let untold = 0

  function replace<E extends keyof Events>(event: E, those: readonly Listener<Events[E]>[]): void {
    listeners = { ...listeners, [event]: those }
  }

  async function call<E extends keyof Events>(
    event: E,
    listener: Listener<Events[E]>,
    args: Events[E],
  ): Promise<void> {
    try {
      await listener(...args)
    } catch (error) {
      noteFault(event, error)
    }
  }

  function noteFault(event: keyof Events, error: unknown): void {
    const now = clock.now()
    // A clock that was set back must not make it silent for longer.
    if (warnedAt !== undefined && now >= warnedAt && now - warnedAt < MINUTE_MS) {
      untold += 1
      return
    }
    warn('A listener of trace alerting failed', {
      event: String(event),
      error: describeThrown(error),
      failures_not_logged: untold === 0 ? undefined : untold,
    })
    warnedAt = now
    untold = 0
  }

  return {
    add: (event, listener) => replace(event, [...(listeners[event] ?? []), listener]),

    remove(event, listener) {
      const those = listeners[event] ?? []
      const at = those.lastIndexOf(listener)
      replace(
        event,
        those.filter((_, index) => index !== at),
      )
    },

    tell(event, ...args) {
      for (const listener of listeners[event] ?? []) void call(event, listener, args)
    },
  }
}
