import { SECOND_MS } from '../../model/time.js'
import { parseDurationMs } from '../duration.js'
import type { Parsed } from '../parsers.js'
import type { KeyPath } from '../yaml/key-path.js'
import { isRecord } from '../yaml/value-at.js'

/** A setting that has an environment variable too, which then checks it. */
export interface SettingVariable {
  readonly path: KeyPath
  readonly variable: string
  /** The setting as the variable would have it. */
  readonly toText: (value: unknown) => Parsed<string>
}

/** The settings of `tracebell.yaml` and the variables that say the same. */
export const SETTING_VARIABLES: readonly SettingVariable[] = [
  setting('source.type', 'TEMPO_ENABLED', toEnabled),
  setting('source.url', 'TEMPO_URL'),
  setting('source.tenant', 'TEMPO_TENANT'),
  setting('source.token', 'TEMPO_TOKEN'),
  setting('source.username', 'TEMPO_USERNAME'),
  setting('source.password', 'TEMPO_PASSWORD'),
  setting('source.headers', 'TEMPO_HEADERS', toHeaders),
  setting('source.query_timeout', 'TEMPO_QUERY_TIMEOUT_MS', toMillis),
  setting('checks.interval', 'TEMPO_ALERT_INTERVAL_SECS', toSeconds),
  setting('checks.lookback', 'TEMPO_LOOKBACK_WINDOW_SECS', toSeconds),
  setting('checks.max_lateness', 'TEMPO_MAX_LATENESS_SECS', toSeconds),
  setting('checks.latency_threshold', 'TEMPO_LATENCY_THRESHOLD_MS', toMillis),
  setting('checks.error_rate_threshold', 'TEMPO_ERROR_RATE_THRESHOLD'),
  setting('checks.repeat', 'TEMPO_ALERT_REPEAT_SECS', toSeconds),
  setting('checks.webhook_url', 'TEMPO_ALERT_WEBHOOK_URL'),
  setting('checks.batch', 'TEMPO_ALERT_BATCH'),
  setting('checks.similar', 'TEMPO_ALERT_SIMILAR_SECS', toSeconds),
  setting('log.level', 'LOG_LEVEL'),
  setting('log.format', 'LOG_FORMAT'),
  setting('log.file', 'LOG_FILE'),
  setting('listen.api', 'TRACEBELL_API_LISTEN'),
  setting('listen.otlp_http', 'TRACEBELL_OTLP_HTTP_LISTEN'),
  setting('listen.otlp_grpc', 'TRACEBELL_OTLP_GRPC_LISTEN'),
  setting('listen.tempo', 'TRACEBELL_TEMPO_LISTEN'),
  setting('listen.token', 'TRACEBELL_TOKEN'),
  setting('listen.token_file', 'TRACEBELL_TOKEN_FILE'),
  setting('listen.username', 'TRACEBELL_USERNAME'),
  setting('listen.password', 'TRACEBELL_PASSWORD'),
  setting('listen.password_file', 'TRACEBELL_PASSWORD_FILE'),
  setting('listen.insecure', 'TRACEBELL_INSECURE'),
  setting('listen.allowed_hosts', 'TRACEBELL_ALLOWED_HOSTS', toList),
  setting('data_dir', 'TRACEBELL_DATA_DIR'),
  setting('anomaly_defaults', 'TRACEBELL_ANOMALY_DEFAULTS'),
  setting('window.max_size', 'TRACEBELL_WINDOW_MAX_BYTES', toBytes),
  setting('window.max_age', 'TRACEBELL_WINDOW_MAX_AGE_SECS', toSeconds),
]

function setting(path: string, variable: string, toText = asItIs): SettingVariable {
  return { path: path.split('.'), variable, toText }
}

function asItIs(value: unknown): Parsed<string> {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? { value: String(value) }
    : { expected: 'a text' }
}

/** Nothing in it is nothing set. */
function toList(value: unknown): Parsed<string> {
  return { value: Array.isArray(value) ? value.map(String).join(',') : '' }
}

/** That spans are received is said by leaving the variable unset. */
function toEnabled(value: unknown): Parsed<string> {
  return { value: value === 'tempo' ? 'true' : value === 'off' ? 'false' : '' }
}

function toSeconds(value: unknown): Parsed<string> {
  const ms = parseDurationMs(String(value)) ?? Number.NaN
  return ms % SECOND_MS === 0
    ? { value: String(ms / SECOND_MS) }
    : { expected: 'a duration of whole seconds' }
}

function toMillis(value: unknown): Parsed<string> {
  return { value: String(parseDurationMs(String(value))) }
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
])

function toBytes(value: unknown): Parsed<string> {
  const size = String(value)
  return { value: String(Number(size.slice(0, -3)) * (UNITS.get(size.slice(-3)) ?? Number.NaN)) }
}

function toHeaders(value: unknown): Parsed<string> {
  const headers = isRecord(value) ? Object.entries(value) : []
  const wrong = headers.find(([name]) => /[=,\s]/.test(name))
  if (wrong !== undefined) return { expected: 'names of headers' }
  return { value: headers.map(([name, each]) => `${name}=${encodeURIComponent(String(each))}`).join(',') }
}
