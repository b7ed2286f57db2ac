import { isIPv4 } from 'node:net'
import type { TempoConfig } from '../source/tempo/config.js'
import { SECOND_MS } from '../model/time.js'
import { LOG_FORMATS, LOG_LEVELS } from '../telemetry/logger.js'
import { readMaintenance } from '../dispatch/config.js'
import { ConfigError } from './config-error.js'
import type { AlertingConfig, Config, ListenersConfig, LogConfig, WindowConfig } from './config.js'
import { findNearMisses } from './near-misses.js'
import { readAccess } from './read-access.js'
import {
  anyText,
  baseUrl,
  boolean,
  decimal,
  formatAddress,
  headers,
  headerText,
  hostNames,
  httpUrl,
  integer,
  listenAddress,
  oneOf,
  type ListenAddress,
} from './parsers.js'
import { createVariableReader, type Environment, type VariableReader } from './variables.js'

/** Where the HTTP API listens by default, on loopback. */
export const API_PORT = 9320

const DAY_SECS = 86_400
const MIB = 1024 * 1024

/** Throws a `ConfigError` with all faults where a variable is faulty. An empty variable counts as unset. */
export function readConfig(environment: Environment): Config {
  const read = createVariableReader(environment)
  const config: Omit<Config, 'nearMisses'> = {
    mode: readMode(read),
    tempo: readTempo(read),
    alerting: readAlerting(read),
    log: readLog(read),
    listeners: readListeners(read),
    window: readWindow(read),
    dataDir: readPath(read, 'TRACEBELL_DATA_DIR', './data'),
    anomalyDefaults: read.withDefault('TRACEBELL_ANOMALY_DEFAULTS', boolean, false),
  }
  if (config.mode === 'embedded' && config.listeners.tempoApi === undefined) {
    read.fault({
      name: 'TRACEBELL_TEMPO_LISTEN',
      found: 'off',
      expected: 'an address while TEMPO_ENABLED is not true, as the checks themselves ask there',
    })
  }
  if (read.faults.length > 0) throw new ConfigError(read.faults)
  return { ...config, nearMisses: findNearMisses(environment, read.names) }
}

function readMode(read: VariableReader): Config['mode'] {
  const enabled = read.optional('TEMPO_ENABLED', boolean)
  if (enabled === undefined) return 'embedded'
  return enabled ? 'tempo' : 'off'
}

function readTempo(read: VariableReader): TempoConfig {
  return {
    url: read.withDefault('TEMPO_URL', baseUrl, new URL('http://127.0.0.1:3200')),
    headers: readTempoHeaders(read),
    queryTimeoutMs: read.withDefault('TEMPO_QUERY_TIMEOUT_MS', integer(1, 600_000), 100),
  }
}

function readTempoHeaders(read: VariableReader): Readonly<Record<string, string>> {
  const tenant = read.optional('TEMPO_TENANT', headerText)
  const authorization = readAuthorization(read)
  const extra = read.optional('TEMPO_HEADERS', headers, { secret: true }) ?? {}
  const given: Record<string, string> = {}
  if (tenant !== undefined) given['x-scope-orgid'] = tenant
  if (authorization !== undefined) given['authorization'] = authorization
  for (const name of Object.keys(extra).filter((each) => Object.hasOwn(given, each))) {
    read.fault({ name: 'TEMPO_HEADERS', expected: `no header ${name}, as another variable sets it too` })
  }
  return { ...given, ...extra }
}

function readAuthorization(read: VariableReader): string | undefined {
  const token = read.optional('TEMPO_TOKEN', headerText, { secret: true })
  const username = read.optional('TEMPO_USERNAME', anyText)
  const password = read.optional('TEMPO_PASSWORD', anyText, { secret: true })
  if (token !== undefined && username !== undefined) {
    read.fault({
      name: 'TEMPO_TOKEN',
      expected: 'either TEMPO_TOKEN or TEMPO_USERNAME and TEMPO_PASSWORD, not both',
    })
  }
  if ((username === undefined) !== (password === undefined)) {
    const missing = username === undefined ? 'TEMPO_USERNAME' : 'TEMPO_PASSWORD'
    read.fault({ name: missing, expected: 'TEMPO_USERNAME and TEMPO_PASSWORD together, or neither' })
  }
  if (username?.includes(':') === true) {
    // Not quoted: what follows the colon may well be the password.
    read.fault({ name: 'TEMPO_USERNAME', expected: 'a user name without a colon' })
  }
  if (token !== undefined) return `Bearer ${token}`
  if (username === undefined) return undefined
  return `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`
}

function readAlerting(read: VariableReader): AlertingConfig {
  const seconds = (name: string, min: number, max: number, defaultSecs: number): number =>
    read.withDefault(name, integer(min, max), defaultSecs) * SECOND_MS
  return {
    intervalMs: seconds('TEMPO_ALERT_INTERVAL_SECS', 1, DAY_SECS, 30),
    lookbackMs: seconds('TEMPO_LOOKBACK_WINDOW_SECS', 1, DAY_SECS, 60),
    latenessMs: seconds('TEMPO_MAX_LATENESS_SECS', 0, DAY_SECS, 120),
    latencyThresholdMs: read.withDefault('TEMPO_LATENCY_THRESHOLD_MS', integer(0, 1_000_000_000), 1000),
    errorRateThreshold: read.withDefault('TEMPO_ERROR_RATE_THRESHOLD', decimal(0, 1), 0.05),
    repeatMs: seconds('TEMPO_ALERT_REPEAT_SECS', 1, 30 * DAY_SECS, 300),
    webhookUrl: read.optional('TEMPO_ALERT_WEBHOOK_URL', httpUrl, { secret: true }),
    batch: read.withDefault('TEMPO_ALERT_BATCH', boolean, false),
    maintenance: read.optional('TEMPO_ALERT_MAINTENANCE', readMaintenance) ?? [],
    similarMs: seconds('TEMPO_ALERT_SIMILAR_SECS', 0, DAY_SECS, 0),
  }
}

function readLog(read: VariableReader): LogConfig {
  return {
    level: read.withDefault('LOG_LEVEL', oneOf(LOG_LEVELS), 'info'),
    format: read.withDefault('LOG_FORMAT', oneOf(LOG_FORMATS), 'text'),
    file: readPath(read, 'LOG_FILE', 'logs/app.log'),
  }
}

/** A path; undefined where it is `off`. */
function readPath(read: VariableReader, name: string, fallback: string): string | undefined {
  const path = read.withDefault(name, anyText, fallback)
  return path.toLowerCase() === 'off' ? undefined : path
}

function readListeners(read: VariableReader): ListenersConfig {
  const access = readAccess(read)
  const isGuarded = access.token !== undefined || access.basic !== undefined
  const insecure = read.withDefault('TRACEBELL_INSECURE', boolean, false)

  function listener(name: string, port: number): ListenAddress | undefined {
    const address = read.withDefault(name, listenAddress, { host: '127.0.0.1', port })
    if (address === 'off') return undefined
    if (!isLoopback(address.host) && !isGuarded && !insecure) {
      read.fault({
        name,
        found: formatAddress(address),
        expected:
          'a loopback address, or TRACEBELL_TOKEN set as well (TRACEBELL_INSECURE=true opens it to everybody)',
      })
    }
    return address
  }

  return {
    api: listener('TRACEBELL_API_LISTEN', API_PORT),
    otlpHttp: listener('TRACEBELL_OTLP_HTTP_LISTEN', 4318),
    otlpGrpc: listener('TRACEBELL_OTLP_GRPC_LISTEN', 4317),
    tempoApi: listener('TRACEBELL_TEMPO_LISTEN', 3200),
    ...access,
    allowedHosts: read.optional('TRACEBELL_ALLOWED_HOSTS', hostNames) ?? [],
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (host.startsWith('127.') && isIPv4(host))
}

function readWindow(read: VariableReader): WindowConfig {
  return {
    maxBytes: read.withDefault('TRACEBELL_WINDOW_MAX_BYTES', integer(MIB, 64 * 1024 * MIB), 256 * MIB),
    maxAgeMs: read.withDefault('TRACEBELL_WINDOW_MAX_AGE_SECS', integer(1, 7 * DAY_SECS), 900) * SECOND_MS,
  }
}
