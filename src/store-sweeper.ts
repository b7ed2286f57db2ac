import type { Clock } from './model/clock.js'
import type { Component } from './model/component.js'
import { describeThrown } from './model/describe-thrown.js'
import { MINUTE_MS } from './model/time.js'
import type { Store } from './store/store.js'
import type { Logger } from './telemetry/logger.js'

export interface SweeperOptions {
  readonly store: Pick<Store, 'sweep'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Has a store let go of what has had its time, every minute. */
export function createSweeper({ store, clock, logger }: SweeperOptions): Component {
  const stopping = new AbortController()
  let running: Promise<void> | undefined

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleepUntil(clock.now() + MINUTE_MS, signal).catch(() => {})
      if (!signal.aborted) await sweep()
    }
  }

  async function sweep(): Promise<void> {
    try {
      await store.sweep(clock.now())
    } catch (error) {
      logger.error('The store could not be swept', { error: describeThrown(error) })
    }
  }

  return {
    start: async () => {
      running ??= run(stopping.signal)
    },
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
