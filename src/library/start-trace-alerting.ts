import { createApp, type App } from '../app.js'
import { describeFault } from '../config/config-error.js'
import type { LogConfig } from '../config/config.js'
import { readEnvironment } from '../config/read-environment.js'
import type { Environment } from '../config/variables.js'
import { DEFAULT_LOG, readLibraryConfig, readLibraryLog } from './library-config.js'
import { createListeners, type Listener } from './listeners.js'
import type { Anomaly } from '../model/anomaly.js'
import { describeThrown } from '../model/describe-thrown.js'
import type { CheckOutcome } from '../rule/check.js'
import type { HealthReport } from '../rule/check-health.js'
import { createSystemClock } from '../system-clock.js'
import type { Logger } from '../telemetry/logger.js'
import { createMetrics } from '../telemetry/metrics.js'
import { openLog } from '../telemetry/open-log.js'
import {
  findUnknownOptions,
  OPTION_NAMES,
  toVariables,
  type TraceAlertingOptions,
} from './trace-alerting-options.js'

export interface TraceAlertingEvents {
  /** An anomaly was found; each is told once. */
  readonly anomaly: [anomaly: Anomaly]
  /** Something failed: the configuration, the start, or a query of a check. Nobody has to listen. */
  readonly error: [error: Error]
}

/**
 * Whether checks see anything. It is `off` where alerting is not turned on, could not start (`lastError` says why) or
 * was stopped; otherwise it is as the checks are.
 */
export interface AlertingHealth extends Omit<HealthReport, 'state'> {
  readonly state: HealthReport['state'] | 'off'
}

/** Trace alerting that runs in the background of an application. */
export interface TraceAlerting extends AsyncDisposable {
  /**
   * Listens from now on. A listener may be async. One that throws or rejects keeps no other from being told; it is
   * logged, once a minute at most, and goes no further.
   */
  on<E extends keyof TraceAlertingEvents>(event: E, listener: Listener<TraceAlertingEvents[E]>): this
  off<E extends keyof TraceAlertingEvents>(event: E, listener: Listener<TraceAlertingEvents[E]>): this
  health(): AlertingHealth
  /** The metrics in Prometheus' text form, for the application's own endpoint. */
  metrics(): Promise<string>
  /** Ends the checks and sends what is waiting for the webhook. May be called twice; never rejects. */
  stop(): Promise<void>
}

/**
 * Starts trace alerting in the background and returns at once. It never throws into the application: a configuration
 * that cannot be used is logged and told as an `error` event, and nothing is watched then. It opens no listener, and
 * its own requests make no spans.
 */
export function startTraceAlerting(given?: TraceAlertingOptions | null): TraceAlerting {
  const options = given ?? {}
  const metrics = createMetrics()
  const clock = createSystemClock({ keepAlive: options.keepAlive ?? false })
  let logger = quiet(options.logger ?? noLog)
  let closeLog = (): void => undefined
  let app: App | undefined
  /** How things are while there is no app. */
  let idle: AlertingHealth = NOT_STARTED
  const listeners = createListeners<TraceAlertingEvents>({
    clock,
    warn: (message, fields) => logger.warn(message, fields),
  })

  async function start(): Promise<void> {
    const environment = readEnvironment(options.env ?? process.env, options.envFile ?? '.env')
    if (options.logger == null) startLog(environment)
    warnOfUnknownOptions()
    const config = readLibraryConfig({ ...environment, ...toVariables(options) })
    if (config.mode !== 'tempo') {
      idle = { ...NOT_STARTED, state: 'off' }
      logger.info('Trace-based alerting is off', { hint: 'set TEMPO_ENABLED=true' })
      return
    }
    const created = createApp({
      config,
      clock,
      keepAlive: options.keepAlive ?? false,
      logger,
      metrics,
      onOutcome: tell,
    })
    await created.start()
    app = created
  }

  function startLog(environment: Environment): void {
    const { log, faults } = readLibraryLog(environment)
    setLog(log)
    if (faults.length === 0) return
    logger.warn('How to log is not understood: the default is used', {
      error: faults.map(describeFault).join('; '),
    })
  }

  function setLog(log: LogConfig): void {
    const opened = openLog(log, clock, metrics)
    logger = opened.logger
    closeLog = opened.close
  }

  function warnOfUnknownOptions(): void {
    const unknown = findUnknownOptions(options)
    if (unknown.length === 0) return
    logger.warn('Options of trace alerting are not known and were ignored', {
      unknown: unknown.join(', '),
      known: OPTION_NAMES.join(', '),
    })
  }

  function tell({ anomalies, failures }: CheckOutcome): void {
    for (const anomaly of anomalies) listeners.tell('anomaly', anomaly)
    for (const failure of failures) listeners.tell('error', failure)
  }

  function fail(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(describeThrown(thrown), { cause: thrown })
    if (logger === noLog) setLog(DEFAULT_LOG)
    idle = { ...NOT_STARTED, state: 'off', lastError: error.message }
    logger.error('Trace-based alerting could not start', { error: error.message })
    listeners.tell('error', error)
  }

  function health(): AlertingHealth {
    const report = app?.health() ?? idle
    return stopped === undefined ? report : { ...report, state: 'off' }
  }

  const started = Promise.resolve().then(start).catch(fail)
  let stopped: Promise<void> | undefined

  async function stop(): Promise<void> {
    await started
    await app?.stop()
    closeLog()
  }

  return {
    on(event, listener) {
      listeners.add(event, listener)
      return this
    },
    off(event, listener) {
      listeners.remove(event, listener)
      return this
    },
    health,
    metrics: () => metrics.registry.metrics(),
    stop: () => (stopped ??= stop()),
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  }
}

const NOT_STARTED: AlertingHealth = {
  state: 'starting',
  failuresInARow: 0,
  lastGoodAt: undefined,
  lastError: undefined,
}

const ignore = (): void => undefined
const noLog: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/** The application's own logger, with its faults kept from the engine. */
function quiet(logger: Logger): Logger {
  if (logger === noLog) return logger
  const safely =
    (write: Logger['info']): Logger['info'] =>
    (message, fields) => {
      try {
        write(message, fields)
      } catch {
        // Where a logger fails there is nobody to tell.
      }
    }
  return {
    debug: safely((message, fields) => logger.debug(message, fields)),
    info: safely((message, fields) => logger.info(message, fields)),
    warn: safely((message, fields) => logger.warn(message, fields)),
    error: safely((message, fields) => logger.error(message, fields)),
  }
}
