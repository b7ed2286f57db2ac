/** Every variable with its default, for `--help`: the order is the one in which a new user needs them. */
const VARIABLES: readonly (readonly [name: string, meaning: string])[] = [
  ['TEMPO_ENABLED', 'true: watch the Tempo at TEMPO_URL; false: do nothing; unset: receive OTLP ourselves'],
  ['TEMPO_URL', 'where Tempo answers (http://127.0.0.1:3200)'],
  ['TEMPO_ALERT_WEBHOOK_URL', 'where anomalies are posted; without it they are logged and counted'],
  ['TEMPO_ALERT_BATCH', 'true: the anomalies of a check come in one POST, as an array (false)'],
  [
    'TEMPO_ALERT_SIMILAR_SECS',
    'anomalies of one type, service and span name within so long are told once, with a count (0)',
  ],
  [
    'TEMPO_ALERT_MAINTENANCE',
    'when nobody is told: 2026-12-24T22:00Z/2026-12-25T06:00Z; saturday 22:00/4h Europe/Berlin',
  ],
  ['TEMPO_ALERT_INTERVAL_SECS', 'time between checks (30)'],
  ['TEMPO_LOOKBACK_WINDOW_SECS', 'how far back a check looks (60)'],
  ['TEMPO_LATENCY_THRESHOLD_MS', 'a trace that takes longer is slow (1000)'],
  ['TEMPO_ERROR_RATE_THRESHOLD', 'a higher share of traces in error is too high, 0 to 1 (0.05)'],
  ['TEMPO_ALERT_REPEAT_SECS', 'how often a lasting high error rate is told again (300)'],
  ['TEMPO_MAX_LATENESS_SECS', 'how long after its end a trace may appear and is still found (120)'],
  ['TEMPO_QUERY_TIMEOUT_MS', 'how long a poll may take; a busy Tempo needs seconds (100)'],
  ['TEMPO_TENANT', 'sent as X-Scope-OrgID'],
  ['TEMPO_TOKEN', 'sent as a bearer token'],
  ['TEMPO_USERNAME, TEMPO_PASSWORD', 'sent as basic authorization'],
  ['TEMPO_HEADERS', 'further headers: Name=value,Other=value'],
  ['TRACEBELL_API_LISTEN', 'metrics and health (127.0.0.1:9320), or off'],
  ['TRACEBELL_OTLP_HTTP_LISTEN', 'OTLP over HTTP, without a Tempo only (127.0.0.1:4318), or off'],
  ['TRACEBELL_OTLP_GRPC_LISTEN', 'OTLP over gRPC, without a Tempo only (127.0.0.1:4317), or off'],
  ['TRACEBELL_TEMPO_LISTEN', 'Tempo-compatible API, without a Tempo only (127.0.0.1:3200)'],
  ['TRACEBELL_TOKEN', 'a bearer token that lets clients in; it or the next two are needed outside loopback'],
  ['TRACEBELL_USERNAME, TRACEBELL_PASSWORD', 'let clients in by basic authorization'],
  ['TRACEBELL_TOKEN_FILE, TRACEBELL_PASSWORD_FILE', 'files with these secrets in them'],
  ['TRACEBELL_ALLOWED_HOSTS', 'names besides localhost by which loopback listeners are reached: a,b'],
  ['TRACEBELL_WINDOW_MAX_BYTES', 'memory for received spans (268435456)'],
  ['TRACEBELL_WINDOW_MAX_AGE_SECS', 'how long received spans are kept (900)'],
  ['TRACEBELL_DATA_DIR', 'where state is kept over a restart (./data), or off'],
  ['TRACEBELL_ANOMALY_DEFAULTS', 'true: tell what is unlike normal, without a rule file (false)'],
  ['LOG_LEVEL', 'debug, info, warn, error or silent (info)'],
  ['LOG_FORMAT', 'text or json (text)'],
  ['LOG_FILE', 'the log file, rotated by size (logs/app.log), or off'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', "where tracebell's own spans are sent; unset: nowhere"],
]

export function describeVariables(): string {
  const width = Math.max(...VARIABLES.map(([name]) => name.length))
  return ['Variables:', ...VARIABLES.map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`)].join(
    '\n',
  )
}
