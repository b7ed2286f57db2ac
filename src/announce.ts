import type { Setup } from './config/setup/setup.js'
import type { Logger } from './telemetry/logger.js'

/** Where a running app is reached; undefined where it does not listen. */
export interface Addresses {
  readonly api: string | undefined
  readonly otlpHttp: string | undefined
  readonly otlpGrpc: string | undefined
  readonly tempoApi: string | undefined
}

/** Logs, at the end of a start, what runs and where it is reached, and what was most likely not meant. */
export function announce(setup: Setup, addresses: Addresses, logger: Logger): void {
  warnOfSettings(setup, logger)
  if (setup.config.mode === 'embedded') warnOfReceiving(setup, addresses, logger)
  tellAddresses(addresses, logger)
  tellStarted(setup, logger)
}

function warnOfSettings({ config }: Setup, logger: Logger): void {
  for (const { name, meant } of config.nearMisses) {
    logger.warn('A variable is not known and was ignored', { name, meant })
  }
  if (config.alerting.intervalMs > config.alerting.lookbackMs) {
    logger.warn(
      'The error rate is not measured all the time: TEMPO_ALERT_INTERVAL_SECS exceeds TEMPO_LOOKBACK_WINDOW_SECS',
    )
  }
}

function warnOfReceiving({ config }: Setup, { otlpHttp, otlpGrpc }: Addresses, logger: Logger): void {
  const { intervalMs, lookbackMs } = config.alerting
  if (config.window.maxAgeMs < lookbackMs + intervalMs) {
    logger.warn('Received spans may be gone before a check looks at them', {
      hint: 'set TRACEBELL_WINDOW_MAX_AGE_SECS above the lookback and the interval',
    })
  }
  if (otlpHttp === undefined && otlpGrpc === undefined) {
    logger.warn('Nothing can be received: OTLP over HTTP and over gRPC are both off')
  }
}

function tellAddresses({ api, otlpHttp, otlpGrpc, tempoApi }: Addresses, logger: Logger): void {
  if (otlpHttp !== undefined) logger.info('Receiving OTLP over HTTP', { url: `${otlpHttp}/v1/traces` })
  if (otlpGrpc !== undefined) logger.info('Receiving OTLP over gRPC', { url: otlpGrpc })
  if (tempoApi !== undefined) logger.info('Answering as a Tempo', { url: tempoApi })
  if (api !== undefined) logger.info('Metrics and health', { url: `${api}/metrics` })
}

function tellStarted({ config, delivery }: Setup, logger: Logger): void {
  const { intervalMs, webhookUrl } = config.alerting
  const receivers = (delivery?.receivers ?? []).map(({ name }) => name)
  const nobody = receivers.length > 0 ? undefined : 'none: anomalies are logged and counted'
  logger.info('🔔 Trace-based alerting started', {
    source: config.mode === 'embedded' ? 'embedded' : config.tempo.url.href,
    interval_secs: intervalMs / 1000,
    webhook: webhookUrl?.host ?? nobody,
    receivers: receivers.length > 0 ? receivers.join(', ') : undefined,
    state: config.dataDir ?? 'in memory',
  })
}
