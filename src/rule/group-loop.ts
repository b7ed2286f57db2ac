import type { Clock } from '../model/clock.js'
import type { Component } from '../model/component.js'
import { describeThrown } from '../model/describe-thrown.js'
import type { Timestamp } from '../model/time.js'
import type { Logger } from '../telemetry/logger.js'
import { type Grid, nextOnGrid } from './group-grid.js'

export interface GroupLoopOptions {
  /** Evaluates for this moment of the grid. May reject only when aborted. */
  readonly evaluate: (at: Timestamp, signal: AbortSignal) => Promise<void>
  /** Is told of every evaluation that begins late, and of how many were left out. */
  readonly onLate: (missed: number) => void
  readonly clock: Clock
  readonly grid: Grid
  /** The first evaluation is for this moment; it may have passed. By default it is the next one of the grid. */
  readonly firstAt?: Timestamp | undefined
  readonly logger: Logger
}

export interface GroupLoop extends Component {
  /** The moment whose evaluation a stop cut short: it was not made. */
  interruptedAt(): Timestamp | undefined
}

/**
 * Evaluates at the moments of a grid, one after the other. An evaluation that runs past the next moment makes that one
 * late, and one that runs past several leaves all but the last of these out.
 */
export function createGroupLoop(options: GroupLoopOptions): GroupLoop {
  const { clock, grid, logger } = options
  let stopping: AbortController | undefined
  let running: Promise<void> = Promise.resolve()
  let underWay: Timestamp | undefined

  async function run(signal: AbortSignal): Promise<void> {
    for (let due = options.firstAt ?? nextOnGrid(grid, clock.now()); !signal.aborted; due = nextDue(due)) {
      await clock.sleepUntil(due, signal)
      underWay = due
      await options.evaluate(due, signal)
      underWay = undefined
    }
  }

  function nextDue(due: Timestamp): Timestamp {
    const passed = Math.floor((clock.now() - due) / grid.intervalMs)
    // The clock was set back. Waiting until it is where it was would be blindness.
    if (passed < 0) return nextOnGrid(grid, clock.now())
    if (passed > 0) options.onLate(passed - 1)
    return due + Math.max(1, passed) * grid.intervalMs
  }

  return {
    async start() {
      if (stopping !== undefined) return
      stopping = new AbortController()
      const { signal } = stopping
      running = run(signal).catch((error: unknown) => {
        if (!signal.aborted)
          logger.error('A rule group is evaluated no more', { error: describeThrown(error) })
      })
    },

    async stop() {
      stopping?.abort(new Error('stopped'))
      await running
    },

    interruptedAt: () => underWay,
  }
}
