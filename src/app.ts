import { createApiHandler, HEALTH_PATHS } from './api/handler.js'
import { createPrometheusApiHandler } from './api/prometheus/handler.js'
import { listen, type Listener } from './api/listen.js'
import { requireAccess } from './api/require-access.js'
import { createBuiltInRules, describeBuiltInRules } from './built-in-rules.js'
import type { Config } from './config/config.js'
import { createFreshnessMeter, type FreshnessMeter } from './detect/freshness-meter.js'
import { createMeasuredSource } from './detect/measured-source.js'
import { createPlanner } from './detect/planner.js'
import { createMeasureAtSource } from './detect/pushdown/measure-at-source.js'
import { describeAnomaly } from './describe-anomaly.js'
import { openEmbedded, type Embedded } from './embedded.js'
import type { AlertInstance } from './model/alert-instance.js'
import type { Anomaly } from './model/anomaly.js'
import type { Clock } from './model/clock.js'
import type { Component } from './model/component.js'
import type { MeasureRules } from './model/rule-sample.js'
import type { Source, SpanSource } from './model/source.js'
import { createWebhook, type Webhook } from './notify/webhook/webhook.js'
import { createBuiltInGroup, type BuiltInGroup } from './rule/built-in-group.js'
import { createCheck, type CheckOutcome } from './rule/check.js'
import { createCheckHealth, type HealthReport } from './rule/check-health.js'
import { createCheckLoop } from './rule/check-loop.js'
import type { GroupStatus } from './rule/group-status.js'
import { createMemoryRuleStore } from './store/memory-rule-store.js'
import { registerAlertSeries } from './telemetry/alert-series.js'
import { createTemplateRenderer } from './template/create-template-renderer.js'
import { withBackOff } from './source/back-off.js'
import { createTempoSource } from './source/tempo/source.js'
import { startSpanExport, type SpanExport } from './telemetry/export-spans.js'
import type { Logger } from './telemetry/logger.js'
import type { Metrics } from './telemetry/metrics.js'
import { noSpans, type Spans } from './telemetry/spans.js'
import { untraced } from './telemetry/untraced.js'
import { createRuler, type Ruler, type UserRules } from './ruler.js'
import { createTracesHere, type TracesHere } from './traces-here.js'
import { VERSION } from './version.js'

export interface AppOptions {
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** Where OpenTelemetry's own variables are read; without it no spans of our own are made. */
  readonly spanExportEnv?: Readonly<Record<string, string | undefined>> | undefined
  /** Whether a request under way keeps a process alive that has nothing else to do; true by default. */
  readonly keepAlive?: boolean | undefined
  /** Rules of the user, beside the built-in ones. */
  readonly rules?: UserRules | undefined
  /** Is told of every check, after everybody else. It must not throw. */
  readonly onOutcome?: ((outcome: CheckOutcome) => void) | undefined
}

/** Where a running app is reached; undefined where it does not listen. */
export interface Addresses {
  readonly api: string | undefined
  readonly otlpHttp: string | undefined
  readonly otlpGrpc: string | undefined
  readonly tempoApi: string | undefined
}

export interface App extends Component {
  health(): HealthReport
  addresses(): Addresses
}

/** Our own spans, and the service that they are exported as. */
type OwnSpans = Pick<SpanExport, 'spans' | 'serviceName'>

interface ChecksOptions {
  readonly source: Source
  readonly spans: Spans
  readonly webhook: Webhook | undefined
  readonly ownService: string | undefined
}

/** tracebell as a whole: every part is made, joined, started and stopped here. */
export function createApp(options: AppOptions): App {
  const { config, clock, logger, metrics } = options
  const health = createCheckHealth({ logger, metrics })
  const undo: (() => Promise<void>)[] = []
  let addresses: Addresses = NOWHERE
  const builtIn = openBuiltInGroup(options)
  let ruler: Ruler | undefined
  registerAlertSeries({ registry: metrics.registry, alerts: () => alertsOf(groups()) })

  /** The built-in rules, and those of the user. */
  function groups(): readonly GroupStatus[] {
    return [builtIn.status(), ...(ruler?.groups() ?? [])]
  }

  async function startParts(): Promise<void> {
    const api = await openApi()
    const here = config.mode === 'embedded' ? createTracesHere({ ...options, ...config.window }) : undefined
    const embedded = here && (await openEmbedded({ ...options, window: here.window }))
    if (embedded !== undefined) undo.push(() => embedded.close())
    addresses = {
      api: api?.url,
      otlpHttp: embedded?.otlpHttp?.url,
      otlpGrpc: embedded?.otlpGrpc?.url,
      tempoApi: embedded?.tempoApi.url,
    }

    const { spans, serviceName } = await startSpans([
      api,
      embedded?.otlpHttp,
      embedded?.otlpGrpc,
      embedded?.tempoApi,
    ])
    const webhook = startWebhook(spans)
    const tempo = here === undefined ? openTempo(spans) : undefined
    const source = here?.live ?? tempo
    if (source === undefined) throw new Error('there is nothing to watch')
    await startChecks({ source, spans, webhook, ownService: serviceName })
    const measure = here?.measure ?? (tempo && measureAt(tempo))
    if (measure !== undefined) await startRules(measure, here, webhook)
    announce(embedded)
  }

  async function openApi(): Promise<Listener | undefined> {
    const { api } = config.listeners
    if (api === undefined) return undefined
    const handler = createApiHandler({
      metrics: () => metrics.registry.metrics(),
      metricsContentType: metrics.registry.contentType,
      health: () => health.report(),
      prometheus: createPrometheusApiHandler({
        groups,
        clock,
        version: VERSION,
      }),
    })
    const listener = await listen({
      name: 'API and metrics',
      variable: 'TRACEBELL_API_LISTEN',
      canBeOff: true,
      address: api,
      handler: requireAccess(config.listeners, handler, {
        open: HEALTH_PATHS,
        onRefused: () => metrics.unauthorizedRequests.inc({ listener: 'api' }),
      }),
    })
    undo.push(() => listener.close())
    return listener
  }

  async function startSpans(own: readonly (Listener | undefined)[]): Promise<OwnSpans> {
    if (options.spanExportEnv === undefined) return { spans: noSpans, serviceName: undefined }
    const isOwnListener = (host: string, port: number): boolean => own.some((each) => each?.isAt(host, port))
    const spanExport = await startSpanExport({ env: options.spanExportEnv, isOwnListener, logger })
    undo.push(() => spanExport.stop(AbortSignal.timeout(SPAN_FLUSH_MS)))
    logger.info('🔍 OpenTelemetry initialized', {
      own_spans: spanExport.exporting ? 'exported' : 'not exported',
    })
    return spanExport
  }

  function startWebhook(spans: Spans): Webhook | undefined {
    const url = config.alerting.webhookUrl
    if (url === undefined) return undefined
    const userAgent = `tracebell/${VERSION}`
    const webhook = createWebhook({
      url,
      userAgent,
      clock,
      random: Math.random,
      logger,
      metrics,
      spans,
      untraced,
    })
    undo.push(() => webhook.stop())
    return webhook
  }

  function openTempo(spans: Spans): SpanSource {
    const source = createTempoSource({
      config: config.tempo,
      clock,
      logger,
      metrics,
      spans,
      untraced,
      keepAlive: options.keepAlive,
    })
    undo.push(() => source.close())
    return createMeasuredSource(source, openMeter(config))
  }

  /** A source that is out of reach is left alone by the user's rules; the built-in ones ask it as they are promised to. */
  function measureAt(tempo: SpanSource): MeasureRules {
    const source = withBackOff(tempo, { clock, random: Math.random })
    return createMeasureAtSource({ source, latenessMs: config.alerting.latenessMs })
  }

  async function startRules(
    measure: MeasureRules,
    here: TracesHere | undefined,
    webhook: Webhook | undefined,
  ): Promise<void> {
    if (options.rules === undefined) return
    const started = createRuler({
      ...options,
      rules: options.rules,
      measure,
      countTraces: (window) => here?.window.countWithin(window),
      tell: (anomaly) => tell(anomaly, webhook),
    })
    undo.push(() => started.stop())
    await started.start()
    ruler = started
  }

  async function startChecks({ source, spans, webhook, ownService }: ChecksOptions): Promise<void> {
    const check = createCheck({
      rules: createBuiltInRules(config.alerting, metrics, ownService),
      freshness: (at, signal) => source.freshness(at, signal),
      query: createPlanner({ source, metrics }),
    })
    const loop = createCheckLoop({
      check: (at, signal) => spans.within('trace anomaly check', {}, () => check(at, signal)),
      commit: (outcome) => commit(outcome, webhook),
      clock,
      intervalMs: config.alerting.intervalMs,
      logger,
      metrics,
    })
    undo.push(() => loop.stop())
    await loop.start()
  }

  async function commit(outcome: CheckOutcome, webhook: Webhook | undefined): Promise<void> {
    health.note(outcome)
    await builtIn.note(outcome)
    for (const anomaly of outcome.anomalies) tell(anomaly, webhook)
    options.onOutcome?.(outcome)
  }

  function tell(anomaly: Anomaly, webhook: Webhook | undefined): void {
    metrics.anomalies.inc({ type: anomaly.type })
    logger.info('Found trace anomaly', describeAnomaly(anomaly))
    webhook?.tell(anomaly)
  }

  function announce(embedded: Embedded | undefined): void {
    const { intervalMs, lookbackMs, webhookUrl } = config.alerting
    for (const { name, meant } of config.nearMisses) {
      logger.warn('A variable is not known and was ignored', { name, meant })
    }
    if (embedded !== undefined && config.window.maxAgeMs < lookbackMs + intervalMs) {
      logger.warn('Received spans may be gone before a check looks at them', {
        hint: 'set TRACEBELL_WINDOW_MAX_AGE_SECS above the lookback and the interval',
      })
    }
    if (embedded !== undefined && addresses.otlpHttp === undefined && addresses.otlpGrpc === undefined) {
      logger.warn('Nothing can be received: OTLP over HTTP and over gRPC are both off')
    }
    if (intervalMs > lookbackMs) {
      logger.warn(
        'The error rate is not measured all the time: TEMPO_ALERT_INTERVAL_SECS exceeds TEMPO_LOOKBACK_WINDOW_SECS',
      )
    }
    if (addresses.otlpHttp !== undefined)
      logger.info('Receiving OTLP over HTTP', { url: `${addresses.otlpHttp}/v1/traces` })
    if (addresses.otlpGrpc !== undefined) logger.info('Receiving OTLP over gRPC', { url: addresses.otlpGrpc })
    if (addresses.tempoApi !== undefined) logger.info('Answering as a Tempo', { url: addresses.tempoApi })
    if (addresses.api !== undefined) logger.info('Metrics and health', { url: `${addresses.api}/metrics` })
    logger.info('🔔 Trace-based alerting started', {
      source: embedded === undefined ? config.tempo.url.href : 'embedded',
      interval_secs: intervalMs / 1000,
      webhook: webhookUrl?.host ?? 'none: anomalies are logged and counted',
    })
  }

  async function stop(): Promise<void> {
    for (let next = undo.pop(); next !== undefined; next = undo.pop()) await next()
  }

  return {
    async start() {
      try {
        await startParts()
      } catch (error) {
        await stop()
        throw error
      }
    },
    stop,
    health: () => health.report(),
    addresses: () => addresses,
  }
}

function openBuiltInGroup({ config, rules, ...parts }: AppOptions): BuiltInGroup {
  return createBuiltInGroup({
    ...parts,
    group: describeBuiltInRules(config.alerting),
    errorRateThreshold: config.alerting.errorRateThreshold,
    render: createTemplateRenderer(rules?.links ?? {}),
    store: createMemoryRuleStore(),
    // Whom alerts go to is for dispatch to decide; anomalies have a lane of their own.
    onAlerts: () => {},
  })
}

/** Traces that come later than they may say nothing of how late traces come. */
function openMeter({ alerting }: Config): FreshnessMeter {
  return createFreshnessMeter({ knownLagMs: 0, defaultLagMs: 0, mostLagMs: alerting.latenessMs })
}

function alertsOf(groups: readonly GroupStatus[]): AlertInstance[] {
  return groups.flatMap(({ rules }) => rules.flatMap(({ alerts }) => [...alerts.values()]))
}

const NOWHERE: Addresses = {
  api: undefined,
  otlpHttp: undefined,
  otlpGrpc: undefined,
  tempoApi: undefined,
}

/** How long a stop waits for the last spans to be sent. */
const SPAN_FLUSH_MS = 2000
