import { createApp } from '../app.js'
import { ConfigError } from '../config/config-error.js'
import { readEnvironment } from '../config/read-environment.js'
import { readSetup, type ReadSetup } from '../config/setup/read-setup.js'
import type { Setup } from '../config/setup/setup.js'
import type { Environment } from '../config/variables.js'
import type { Clock } from '../model/clock.js'
import { createSystemClock } from '../system-clock.js'
import type { Logger } from '../telemetry/logger.js'
import { createMetrics, type Metrics } from '../telemetry/metrics.js'
import { openLog } from '../telemetry/open-log.js'
import { boundHeapGrowth } from './bound-heap-growth.js'
import { findSettingsFile } from './find-settings-file.js'
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
export async function run(options: RunOptions): Promise<void> {
  boundHeapGrowth()
  // It asks for the configuration to be read again. Where that cannot be done yet, it must not end the process.
  process.on('SIGHUP', () => {})
  const read = createReader(options)
  const { setup, files, faults } = read()
  if (setup === undefined) throw new ConfigError(faults)
  offerToOpenTelemetry(setup.secrets ?? {})
  const clock = createSystemClock({ keepAlive: true })
  const metrics = createMetrics()
  const { logger, close } = openLog(setup.config.log, clock, metrics)
  try {
    await watch({ setup, files, read, clock, logger, metrics })
  } finally {
    close()
  }
}

/** Reads it all, as often as it is called: the variables too. A file of settings that was there must stay. */
function createReader({ variables, insecure, config: named, rules: patterns }: RunOptions): () => ReadSetup {
  let file: string | undefined
  return () => {
    file ??= findSettingsFile(named)
    const environment = readEnvironment(process.env, variables)
    const given = insecure ? { ...environment, TRACEBELL_INSECURE: 'true' } : environment
    return readSetup({ environment: given, file, patterns, makesReceivers: true })
  }
}

interface Watching extends Pick<ReadSetup, 'files'> {
  readonly setup: Setup
  readonly read: () => ReadSetup
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

async function watch({ setup, files, read, clock, logger, metrics }: Watching): Promise<void> {
  if (setup.config.mode === 'off') {
    logger.info('Trace-based alerting is off, as TEMPO_ENABLED is false')
    return
  }
  const app = createApp({
    ...setup,
    clock,
    logger,
    metrics,
    spanExportEnv: setup.secrets,
    reload: { files, read, signals: process },
  })
  const stopped = untilStopped()
  await app.start()
  logger.info('Stopping', { signal: await stopped })
  await app.stop()
  logger.info('Trace-based alerting stopped')
  endSoon()
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
