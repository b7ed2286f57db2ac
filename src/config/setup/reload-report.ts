import type { Clock } from '../../model/clock.js'
import { describeThrown } from '../../model/describe-thrown.js'
import { SECOND_MS } from '../../model/time.js'
import type { ConfigMetrics } from '../../telemetry/config-metrics.js'
import type { Logger } from '../../telemetry/logger.js'
import { describeFault, type ConfigFault } from '../config-error.js'
import { findFixedChanges } from './find-fixed-changes.js'
import type { Setup } from './setup.js'

export interface ReloadReportOptions {
  /** What tracebell was started with. */
  readonly started: Setup
  readonly clock: Pick<Clock, 'now'>
  readonly logger: Logger
  readonly metrics: ConfigMetrics
}

/** Tells in the log and in metrics what a reload came to, and answers its problems, a sentence each. */
export interface ReloadReport {
  /** That this is in use from now on. */
  taken(setup: Setup): readonly []
  /** That it has faults. */
  refused(faults: readonly ConfigFault[]): readonly string[]
  /** That it could not be started. */
  failed(error: unknown): readonly string[]
  /** That what was read at the start is in use. */
  begun(): void
}

const MOST_LOGGED = 10

export function createReloadReport({ started, clock, logger, metrics }: ReloadReportOptions): ReloadReport {
  function begun(): void {
    metrics.configReloadSuccessful.set(1)
    metrics.configReloadTime.set(clock.now() / SECOND_MS)
  }

  return {
    begun,
    taken: (setup) => {
      begun()
      logger.info('The configuration was read again', countSetup(setup))
      const fixed = findFixedChanges(started.config, setup.config)
      if (fixed.length > 0) {
        logger.warn('Settings have changed that count only after a restart', { settings: fixed.join('; ') })
      }
      return []
    },
    refused: (faults) => {
      metrics.configReloadSuccessful.set(0)
      logger.error('The configuration cannot be used; what runs stays as it is', { faults: faults.length })
      const problems = faults.map(describeFault)
      for (const problem of problems.slice(0, MOST_LOGGED)) logger.error(`Configuration: ${problem}`)
      const others = problems.length - MOST_LOGGED
      if (others > 0) logger.error(`Configuration: and ${others} more, which tracebell check shows`)
      return problems
    },
    failed: (error) => {
      metrics.configReloadSuccessful.set(0)
      logger.error('The new configuration could not be started; what runs stays as it is', {
        error: describeThrown(error),
      })
      return [`the new configuration could not be started: ${describeThrown(error)}`]
    },
  }
}

function countSetup({ rules, delivery }: Setup) {
  const groups = rules?.groups ?? []
  return {
    groups: groups.length,
    rules: groups.reduce((sum, each) => sum + each.rules.length, 0),
    receivers: delivery?.receivers.length ?? 0,
  }
}
