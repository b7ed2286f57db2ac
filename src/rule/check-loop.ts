import type { Clock } from '../model/clock.js'
import type { Component } from '../model/component.js'
import { describeThrown } from '../model/describe-thrown.js'
import type { Timestamp } from '../model/time.js'
import type { Logger } from '../telemetry/logger.js'
import type { Metrics } from '../telemetry/metrics.js'
import { toSourceError, type CheckOutcome } from './check.js'

export interface CheckLoopOptions {
  readonly check: (at: Timestamp, signal: AbortSignal) => Promise<CheckOutcome>
  /** Takes what a check came to: the way on to those who are told. */
  readonly commit: (outcome: CheckOutcome) => Promise<void>
  readonly clock: Clock
  readonly intervalMs: number
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'lateChecks' | 'skippedChecks'>
}

/**
 * Runs a check at once and then on every interval. Checks never overlap: one that runs past the time of the next makes
 * it late, and one that runs past several times leaves those out; both are counted.
 */
export function createCheckLoop(options: CheckLoopOptions): Component {
  const { clock, intervalMs, logger, metrics } = options
  let stopping: AbortController | undefined
  let running: Promise<void> = Promise.resolve()

  async function run(signal: AbortSignal): Promise<void> {
    for (let due = clock.now(); !signal.aborted; due = nextDue(due)) {
      await clock.sleepUntil(due, signal)
      await checkOnce(signal)
    }
  }

  async function checkOnce(signal: AbortSignal): Promise<void> {
    const at = clock.now()
    logger.debug('Running trace anomaly check...')
    const outcome = await outcomeOf(at, signal)
    if (outcome === undefined) return
    report(outcome)
    await commit(outcome)
  }

  /** What the check came to; undefined where it was ended by a stop. */
  async function outcomeOf(at: Timestamp, signal: AbortSignal): Promise<CheckOutcome | undefined> {
    try {
      return await options.check(at, signal)
    } catch (error) {
      if (signal.aborted) return undefined
      return { at, anomalies: [], failures: [toSourceError(error)], measures: new Map() }
    }
  }

  /** A fault of those who are told says nothing of the check, and must not end the next ones. */
  async function commit(outcome: CheckOutcome): Promise<void> {
    try {
      await options.commit(outcome)
    } catch (error) {
      logger.error('What a check found could not be passed on', { error: describeThrown(error) })
    }
  }

  function report({ anomalies, failures }: CheckOutcome): void {
    if (anomalies.length > 0) logger.info('Detected trace anomalies', { count: anomalies.length })
    else if (failures.length === 0) logger.debug('No anomalies detected')
  }

  function nextDue(due: Timestamp): Timestamp {
    const missed = Math.floor((clock.now() - due) / intervalMs)
    // The clock was set back. Waiting until it is where it was would be blindness.
    if (missed < 0) return clock.now() + intervalMs
    if (missed === 0) return due + intervalMs
    metrics.lateChecks.inc()
    metrics.skippedChecks.inc(missed - 1)
    return due + missed * intervalMs
  }

  return {
    async start() {
      if (stopping !== undefined) return
      stopping = new AbortController()
      const { signal } = stopping
      running = run(signal).catch((error: unknown) => {
        if (!signal.aborted) logger.error('Trace anomaly checks have ended', { error: describeThrown(error) })
      })
    },

    async stop() {
      stopping?.abort(new Error('stopped'))
      await running
    },
  }
}
