import { EventEmitter } from 'node:events'
import { createApp, type App } from './app.js'
import type { Config } from './config/config.js'
import { readConfig } from './config/read-config.js'
import { readEnvironment } from './config/read-environment.js'
import type { Environment } from './config/variables.js'
import type { Anomaly } from './model/anomaly.js'
import type { CheckOutcome } from './rule/check.js'
import type { HealthReport } from './rule/check-health.js'
import { createSystemClock } from './system-clock.js'
import type { Logger } from './telemetry/logger.js'
import { createMetrics } from './telemetry/metrics.js'
import { openLog } from './telemetry/open-log.js'

/** What an application sets. Everything left out comes from the environment, and then from the defaults. */
export interface TraceAlertingOptions {
  /** As `TEMPO_ENABLED`. Alerting is off unless this, or `tempoUrl`, or the variable says otherwise. */
  readonly enabled?: boolean
  /** As `TEMPO_URL`. */
  readonly tempoUrl?: string
  /** As `TEMPO_ALERT_INTERVAL_SECS`. */
  readonly intervalSecs?: number
  /** As `TEMPO_LOOKBACK_WINDOW_SECS`. */
  readonly lookbackWindowSecs?: number
  /** As `TEMPO_LATENCY_THRESHOLD_MS`. */
  readonly latencyThresholdMs?: number
  /** As `TEMPO_ERROR_RATE_THRESHOLD`. */
  readonly errorRateThreshold?: number
  /** As `TEMPO_ALERT_WEBHOOK_URL`. */
  readonly webhookUrl?: string
  /** Where variables are looked up; `process.env` by default. */
  readonly env?: Environment
  /** A file of further variables; `.env` by default. */
  readonly envFile?: string
  /** Takes the log; by default it goes to standard output, and to a file where `LOG_FILE` names one. */
  readonly logger?: Logger
  /** Whether checks keep a process alive that has nothing else to do; false by default. */
  readonly keepAlive?: boolean
}

export interface TraceAlertingEvents {
  /** An anomaly was found; each is told once. */
  readonly anomaly: [anomaly: Anomaly]
  /** Something failed: the configuration, the start, or a query of a check. Nobody has to listen. */
  readonly error: [error: Error]
}

/** Trace alerting that runs in the background of an application. */
export interface TraceAlerting extends AsyncDisposable {
  /** Listens from now on. What a listener throws is logged and goes no further. */
  on<E extends keyof TraceAlertingEvents>(event: E, listener: (...args: TraceAlertingEvents[E]) => void): this
  off<E extends keyof TraceAlertingEvents>(
    event: E,
    listener: (...args: TraceAlertingEvents[E]) => void,
  ): this
  health(): HealthReport
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
export function startTraceAlerting(options: TraceAlertingOptions = {}): TraceAlerting {
  const metrics = createMetrics()
  const clock = createSystemClock({ keepAlive: options.keepAlive ?? false })
  let logger = quiet(options.logger ?? noLog)
  let closeLog = (): void => undefined
  let app: App | undefined
  const emitter = new EventEmitter()

  async function start(): Promise<void> {
    const config = readLibraryConfig(options)
    setLog(config.log)
    if (config.mode !== 'tempo') {
      logger.info('Trace-based alerting is off', { hint: 'set TEMPO_ENABLED=true' })
      return
    }
    app = createApp({ config, clock, logger, metrics, onOutcome: tell })
    await app.start()
  }

  function setLog(log: Config['log']): void {
    if (options.logger !== undefined) return
    const opened = openLog(log, clock, metrics)
    logger = opened.logger
    closeLog = opened.close
  }

  function tell({ anomalies, failures }: CheckOutcome): void {
    for (const anomaly of anomalies) emit('anomaly', anomaly)
    for (const failure of failures) emit('error', failure)
  }

  /** Runs the application's own code, whose faults must not end the checks. */
  function emit<E extends keyof TraceAlertingEvents>(event: E, ...args: TraceAlertingEvents[E]): void {
    if (emitter.listenerCount(event) === 0) return
    try {
      emitter.emit(event, ...args)
    } catch (error) {
      logger.warn('A listener of trace alerting threw', { event, error: String(error) })
    }
  }

  function fail(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    if (logger === noLog) setLog({ level: 'error', format: 'text', file: undefined })
    logger.error('Trace-based alerting could not start', { error: error.message })
    emit('error', error)
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
      emitter.on(event, listener)
      return this
    },
    off(event, listener) {
      emitter.off(event, listener)
      return this
    },
    health: () => app?.health() ?? NOT_STARTED,
    metrics: () => metrics.registry.metrics(),
    stop: () => (stopped ??= stop()),
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  }
}

const NOT_STARTED: HealthReport = {
  state: 'starting',
  failuresInARow: 0,
  lastGoodAt: undefined,
  lastError: undefined,
}

function readLibraryConfig(options: TraceAlertingOptions): Config {
  const environment = readEnvironment(options.env ?? process.env, options.envFile ?? '.env')
  const config = readConfig({
    ...environment,
    LOG_FILE: environment['LOG_FILE'] ?? 'off',
    ...toVariables(options),
  })
  return {
    ...config,
    listeners: {
      api: undefined,
      otlpHttp: undefined,
      otlpGrpc: undefined,
      tempoApi: undefined,
      token: undefined,
    },
  }
}

/** The options as variables, so that both are checked by the same rules. */
function toVariables(options: TraceAlertingOptions): Environment {
  const { enabled = options.tempoUrl === undefined ? undefined : true } = options
  const values = {
    TEMPO_ENABLED: enabled,
    TEMPO_URL: options.tempoUrl,
    TEMPO_ALERT_INTERVAL_SECS: options.intervalSecs,
    TEMPO_LOOKBACK_WINDOW_SECS: options.lookbackWindowSecs,
    TEMPO_LATENCY_THRESHOLD_MS: options.latencyThresholdMs,
    TEMPO_ERROR_RATE_THRESHOLD: options.errorRateThreshold,
    TEMPO_ALERT_WEBHOOK_URL: options.webhookUrl,
  }
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
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
