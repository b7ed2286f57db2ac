import { createApp } from '../app.js'
import { readEnvironment } from '../config/read-environment.js'
import { readSettings } from '../config/settings/read-settings.js'
import type { Environment } from '../config/variables.js'
import { createSystemClock } from '../system-clock.js'
import { createMetrics } from '../telemetry/metrics.js'
import { openLog } from '../telemetry/open-log.js'
import { boundHeapGrowth } from './bound-heap-growth.js'
import { findSettingsFile, readUserRules } from './read-user-rules.js'
import { untilStopped } from './until-stopped.js'

export interface RunOptions {
  readonly variables: string
  readonly insecure: boolean
  readonly config?: string
  readonly rules?: readonly string[]
}

/**
 * `tracebell run`: watches until it is told to stop. Throws a `ConfigError` or a `ListenError` where it cannot start.
 */
export async function run({ variables, insecure, config: file, rules: patterns }: RunOptions): Promise<void> {
  boundHeapGrowth()
  // It asks for the rules to be read again. Where there are none, or not yet, it must not end the process.
  process.on('SIGHUP', () => {})
  const environment = readEnvironment(process.env, variables)
  offerToOpenTelemetry(environment)
  const settings = readSettings({
    environment: insecure ? { ...environment, TRACEBELL_INSECURE: 'true' } : environment,
    file: findSettingsFile(file),
  })
  const { config } = settings
  const rules = readUserRules(settings, patterns)
  const clock = createSystemClock({ keepAlive: true })
  const metrics = createMetrics()
  const { logger, close } = openLog(config.log, clock, metrics)
  try {
    if (config.mode === 'off') {
      logger.info('Trace-based alerting is off, as TEMPO_ENABLED is false')
      return
    }
    const app = createApp({
      config,
      rules,
      delivery: settings.delivery,
      secrets: environment,
      clock,
      logger,
      metrics,
      spanExportEnv: environment,
    })
    const stopped = untilStopped()
    await app.start()
    logger.info('Stopping', { signal: await stopped })
    await app.stop()
    logger.info('Trace-based alerting stopped')
    endSoon()
  } finally {
    close()
  }
}

/** What cannot be called off, such as the look-up of a name that nobody answers, does not hold the process for long. */
function endSoon(): void {
  setTimeout(() => process.exit(), 500).unref()
}

/** The OpenTelemetry SDK reads its variables from the process itself, so those of the file are put there. */
function offerToOpenTelemetry(environment: Environment): void {
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('OTEL_') && value !== undefined) process.env[name] = value
  }
}
