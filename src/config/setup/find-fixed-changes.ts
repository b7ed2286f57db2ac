import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../config.js'

/** What is only looked at when tracebell starts, by the names that it has in `tracebell.yaml` and in the environment. */
const FIXED: readonly (readonly [name: string, of: (config: Config) => unknown])[] = [
  ['source.type (TEMPO_ENABLED)', ({ mode }) => mode],
  ['source.url (TEMPO_URL)', ({ tempo }) => tempo.url.href],
  ['source.tenant, token, username, password or headers (TEMPO_…)', ({ tempo }) => ({ ...tempo.headers })],
  ['source.query_timeout (TEMPO_QUERY_TIMEOUT_MS)', ({ tempo }) => tempo.queryTimeoutMs],
  ['checks.interval (TEMPO_ALERT_INTERVAL_SECS)', ({ alerting }) => alerting.intervalMs],
  ['checks.lookback (TEMPO_LOOKBACK_WINDOW_SECS)', ({ alerting }) => alerting.lookbackMs],
  ['checks.max_lateness (TEMPO_MAX_LATENESS_SECS)', ({ alerting }) => alerting.latenessMs],
  ['checks.latency_threshold (TEMPO_LATENCY_THRESHOLD_MS)', ({ alerting }) => alerting.latencyThresholdMs],
  ['checks.error_rate_threshold (TEMPO_ERROR_RATE_THRESHOLD)', ({ alerting }) => alerting.errorRateThreshold],
  ['checks.repeat (TEMPO_ALERT_REPEAT_SECS)', ({ alerting }) => alerting.repeatMs],
  ['checks.similar (TEMPO_ALERT_SIMILAR_SECS)', ({ alerting }) => alerting.similarMs],
  ['log.level (LOG_LEVEL)', ({ log }) => log.level],
  ['log.format (LOG_FORMAT)', ({ log }) => log.format],
  ['log.file (LOG_FILE)', ({ log }) => log.file],
  ['listen.api (TRACEBELL_API_LISTEN)', ({ listeners }) => listeners.api],
  ['listen.otlp_http (TRACEBELL_OTLP_HTTP_LISTEN)', ({ listeners }) => listeners.otlpHttp],
  ['listen.otlp_grpc (TRACEBELL_OTLP_GRPC_LISTEN)', ({ listeners }) => listeners.otlpGrpc],
  ['listen.tempo (TRACEBELL_TEMPO_LISTEN)', ({ listeners }) => listeners.tempoApi],
  ['listen.token (TRACEBELL_TOKEN)', ({ listeners }) => listeners.token],
  [
    'listen.username or password (TRACEBELL_USERNAME, TRACEBELL_PASSWORD)',
    ({ listeners }) => listeners.basic,
  ],
  ['listen.allowed_hosts (TRACEBELL_ALLOWED_HOSTS)', ({ listeners }) => listeners.allowedHosts],
  ['window.max_size (TRACEBELL_WINDOW_MAX_BYTES)', ({ window }) => window.maxBytes],
  ['window.max_age (TRACEBELL_WINDOW_MAX_AGE_SECS)', ({ window }) => window.maxAgeMs],
  ['data_dir (TRACEBELL_DATA_DIR)', ({ dataDir }) => dataDir],
]

/** The names of the settings that differ and count only after a restart. None of their values, as some are secrets. */
export function findFixedChanges(running: Config, wanted: Config): readonly string[] {
  return FIXED.filter(([, of]) => !isDeepStrictEqual(of(running), of(wanted))).map(([name]) => name)
}
