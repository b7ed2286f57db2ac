import type { Environment } from '../config/variables.js'
import type { Logger } from '../telemetry/logger.js'

/** What an application sets. Everything left out comes from the environment, and then from the defaults. */
export interface TraceAlertingOptions {
  /** As `TEMPO_ENABLED`. Alerting is off unless this, or `tempoUrl`, or the variable says otherwise. */
  readonly enabled?: boolean
  /** As `TEMPO_URL`. */
  readonly tempoUrl?: string
  /** As `TEMPO_QUERY_TIMEOUT_MS`. */
  readonly queryTimeoutMs?: number
  /** As `TEMPO_ALERT_INTERVAL_SECS`. */
  readonly intervalSecs?: number
  /** As `TEMPO_LOOKBACK_WINDOW_SECS`. */
  readonly lookbackWindowSecs?: number
  /** As `TEMPO_MAX_LATENESS_SECS`. */
  readonly maxLatenessSecs?: number
  /** As `TEMPO_LATENCY_THRESHOLD_MS`. */
  readonly latencyThresholdMs?: number
  /** As `TEMPO_ERROR_RATE_THRESHOLD`. */
  readonly errorRateThreshold?: number
  /** As `TEMPO_ALERT_REPEAT_SECS`. */
  readonly repeatSecs?: number
  /** As `TEMPO_ALERT_WEBHOOK_URL`. */
  readonly webhookUrl?: string
  /** Where variables are looked up; `process.env` by default. */
  readonly env?: Environment
  /** A file of further variables; `.env` by default. */
  readonly envFile?: string
  /** Takes the log, and no `LOG_` variable is read then. By default it goes to standard output, and to `LOG_FILE`. */
  readonly logger?: Logger
  /** Whether checks keep a process alive that has nothing else to do; false by default. */
  readonly keepAlive?: boolean
}

const IN_CODE_ONLY = ['env', 'envFile', 'logger', 'keepAlive'] as const

type Setting = Exclude<keyof TraceAlertingOptions, (typeof IN_CODE_ONLY)[number]>

const VARIABLES: Readonly<Record<Setting, string>> = {
  enabled: 'TEMPO_ENABLED',
  tempoUrl: 'TEMPO_URL',
  queryTimeoutMs: 'TEMPO_QUERY_TIMEOUT_MS',
  intervalSecs: 'TEMPO_ALERT_INTERVAL_SECS',
  lookbackWindowSecs: 'TEMPO_LOOKBACK_WINDOW_SECS',
  maxLatenessSecs: 'TEMPO_MAX_LATENESS_SECS',
  latencyThresholdMs: 'TEMPO_LATENCY_THRESHOLD_MS',
  errorRateThreshold: 'TEMPO_ERROR_RATE_THRESHOLD',
  repeatSecs: 'TEMPO_ALERT_REPEAT_SECS',
  webhookUrl: 'TEMPO_ALERT_WEBHOOK_URL',
}

const SETTINGS = Object.keys(VARIABLES).filter(isSetting)

function isSetting(name: string): name is Setting {
  return Object.hasOwn(VARIABLES, name)
}

/** The name of every option. */
export const OPTION_NAMES: readonly string[] = [...SETTINGS, ...IN_CODE_ONLY]

/** The names that are no options: in plain JavaScript no compiler finds them. */
export function findUnknownOptions(options: TraceAlertingOptions): string[] {
  return Object.keys(options).filter((name) => !OPTION_NAMES.includes(name))
}

/** The options as variables, so that both are checked by the same rules. */
export function toVariables(options: TraceAlertingOptions): Environment {
  const { enabled = options.tempoUrl === undefined ? undefined : true } = options
  const settings: Pick<TraceAlertingOptions, Setting> = {
    ...options,
    ...(enabled !== undefined && { enabled }),
  }
  return Object.fromEntries(
    SETTINGS.flatMap((name) => {
      const value = settings[name]
      return value === undefined ? [] : [[VARIABLES[name], String(value)]]
    }),
  )
}
