import type { SourceError } from '../model/source-error.js'
import type { Timestamp } from '../model/time.js'
import type { Logger } from '../telemetry/logger.js'
import type { Metrics } from '../telemetry/metrics.js'
import type { CheckOutcome } from './check.js'

export interface CheckHealthOptions {
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'checks' | 'failuresInARow'>
}

/** Whether checks see anything. It is `starting` until a check was good, and `failing` after several that were not. */
export interface HealthReport {
  readonly state: 'starting' | 'healthy' | 'failing'
  readonly failuresInARow: number
  readonly lastGoodAt: Timestamp | undefined
  readonly lastError: string | undefined
}

/** After this many failed checks in a row it is said once, at error level. */
export const MISSES_BEFORE_ERROR = 5

/** Keeps account of failed checks: a check that could not see is not a check that saw nothing. */
export function createCheckHealth({ logger, metrics }: CheckHealthOptions) {
  let failuresInARow = 0
  let lastGoodAt: Timestamp | undefined
  let lastError: string | undefined

  function noteGood(at: Timestamp): void {
    metrics.checks.inc({ status: 'success' })
    if (failuresInARow >= MISSES_BEFORE_ERROR) {
      logger.info('Trace anomaly checks work again', { failed_checks: failuresInARow })
    }
    failuresInARow = 0
    lastGoodAt = at
    lastError = undefined
  }

  function noteFailed(failures: readonly SourceError[]): void {
    metrics.checks.inc({ status: 'failure' })
    failuresInARow += 1
    for (const { message, detail, reason, hint } of failures) {
      // What does not go away by itself is worth its hint each time.
      const lasting = reason === 'transient' ? undefined : hint
      logger.warn('Failed to check for trace anomalies', { error: message, detail, hint: lasting })
    }
    const [first] = failures
    lastError = first?.message
    if (failuresInARow !== MISSES_BEFORE_ERROR) return
    logger.error('Trace anomaly checks keep failing: nothing is being watched', {
      failed_checks: failuresInARow,
      error: lastError,
      hint: first?.hint,
    })
  }

  return {
    note({ at, failures }: Pick<CheckOutcome, 'at' | 'failures'>): void {
      if (failures.length === 0) noteGood(at)
      else noteFailed(failures)
      metrics.failuresInARow.set(failuresInARow)
    },

    report(): HealthReport {
      const failing = failuresInARow >= MISSES_BEFORE_ERROR
      const state = failing ? 'failing' : lastGoodAt === undefined ? 'starting' : 'healthy'
      return { state, failuresInARow, lastGoodAt, lastError }
    },
  }
}
