import { createApiHandler, HEALTH_PATHS } from './api/handler.js'
import { createPrometheusApiHandler } from './api/prometheus/handler.js'
import { listen, type Listener } from './api/listen.js'
import { requireAccess } from './api/require-access.js'
import { describeBuiltInRules } from './built-in-rules.js'
import { withoutGroup } from './checks-memory.js'
import { openChecks, type Checks, type ChecksOptions } from './checks.js'
import type { Config } from './config/config.js'
import type { DeliverySettings } from './config/settings/read-delivery.js'
import { createDeliveryApi } from './delivery-api.js'
import { openDelivery, type Delivery } from './delivery.js'
import { createFreshnessMeter, type FreshnessMeter } from './detect/freshness-meter.js'
import { createMeasuredSource } from './detect/measured-source.js'
import { createMeasureAtSource } from './detect/pushdown/measure-at-source.js'
import { openEmbedded, type Embedded } from './embedded.js'
import type { AlertInstance } from './model/alert-instance.js'
import type { Clock } from './model/clock.js'
import type { Component } from './model/component.js'
import type { MeasureRules } from './model/rule-sample.js'
import type { Source } from './model/source.js'
import type { Timestamp } from './model/time.js'
import type { CheckOutcome } from './rule/check.js'
import { createCheckHealth, type HealthReport } from './rule/check-health.js'
import type { GroupStatus } from './rule/group-status.js'
import type { CountTraces } from './rule/rule-anomalies.js'
import type { Store } from './store/store.js'
import { loadRulesMemory } from './rules-memory.js'
import { createSweeper } from './store-sweeper.js'
import { openStore } from './open-store.js'
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
  /** Whom to tell of alerts, beside the webhook of the configuration. */
  readonly delivery?: DeliverySettings | undefined
  /** Where receivers find their secrets. */
  readonly secrets?: Readonly<Record<string, string | undefined>> | undefined
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

/** Where the traces come from. */
interface Watched {
  /** For the built-in rules. */
  readonly source: Source
  /** For those of the user. */
  readonly measure: MeasureRules
  readonly countTraces: CountTraces
  /** Since when all traces are there, where those from before were lost. */
  readonly completeSince?: () => Timestamp
}

type ChecksParts = Pick<ChecksOptions, 'store' | 'delivery' | 'spans' | 'ownService'> & {
  readonly watched: Watched
}

/** tracebell as a whole: every part is made, joined, started and stopped here. */
export function createApp(options: AppOptions): App {
  const { config, clock, logger, metrics } = options
  const health = createCheckHealth({ logger, metrics })
  const undo: (() => Promise<void>)[] = []
  let addresses: Addresses = NOWHERE
  let delivery: Delivery | undefined
  let checks: Checks | undefined
  let ruler: Ruler | undefined
  registerAlertSeries({ registry: metrics.registry, alerts: () => alertsOf(groups()) })

  /** The built-in rules, and those of the user. */
  function groups(): readonly GroupStatus[] {
    return [...(checks === undefined ? [] : [checks.status()]), ...(ruler?.groups() ?? [])]
  }

  async function startParts(): Promise<void> {
    const store = await startStore()
    const api = await openApi(store)
    const here = config.mode === 'embedded' ? createTracesHere({ ...options, ...config.window }) : undefined
    const embedded = here && (await openEmbedded({ ...options, window: here.window }))
    if (embedded !== undefined) undo.push(() => embedded.close())
    addresses = {
      api: api?.url,
      otlpHttp: embedded?.otlpHttp?.url,
      otlpGrpc: embedded?.otlpGrpc?.url,
      tempoApi: embedded?.tempoApi.url,
    }
    const own = [api, embedded?.otlpHttp, embedded?.otlpGrpc, embedded?.tempoApi]
    const { spans, serviceName } = await startSpans(own)
    const started = await startDelivery(store, spans)
    delivery = started
    const watched = here === undefined ? watchTempo(spans) : watchHere(here)
    await startChecks({ watched, store, delivery: started, spans, ownService: serviceName })
    await startRules(watched, store, started)
    announce(embedded)
  }

  async function startStore(): Promise<Store> {
    const store = await openStore({ folder: config.dataDir, clock, logger, metrics })
    undo.push(() => store.close())
    const sweeper = createSweeper({ store, clock, logger })
    undo.push(() => sweeper.stop())
    await sweeper.start()
    return store
  }

  async function openApi(store: Store): Promise<Listener | undefined> {
    const { api } = config.listeners
    if (api === undefined) return undefined
    const handler = createApiHandler({
      metrics: () => metrics.registry.metrics(),
      metricsContentType: metrics.registry.contentType,
      health: () => health.report(),
      prometheus: createPrometheusApiHandler({ groups, clock, version: VERSION }),
      ...createDeliveryApi({ delivery: () => delivery, store, clock }),
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

  async function startDelivery(store: Store, spans: Spans): Promise<Delivery> {
    const opened = await openDelivery({
      ...options,
      alerting: config.alerting,
      settings: options.delivery,
      links: options.rules?.links ?? {},
      environment: options.secrets ?? {},
      store,
      spans,
    })
    undo.push(() => opened.stop())
    await opened.start()
    return opened
  }

  function watchHere({ live, measure, window }: TracesHere): Watched {
    return {
      source: live,
      measure,
      countTraces: (interval) => window.countWithin(interval),
      completeSince: () => window.completeSince(),
    }
  }

  function watchTempo(spans: Spans): Watched {
    const tempo = createTempoSource({ ...options, config: config.tempo, spans, untraced })
    undo.push(() => tempo.close())
    const source = createMeasuredSource(tempo, openMeter(config))
    // A source that is out of reach is left alone by the user's rules; the built-in ones ask it as they are promised to.
    const rested = withBackOff(source, { clock, random: Math.random })
    const measure = createMeasureAtSource({
      source: rested,
      latenessMs: config.alerting.latenessMs,
      countedBefore: (rule) => ruler?.countedBefore(rule),
    })
    return { source, measure, countTraces: () => undefined }
  }

  async function startChecks({ watched, ...parts }: ChecksParts): Promise<void> {
    const opened = await openChecks({
      ...options,
      ...parts,
      alerting: config.alerting,
      source: watched.source,
      completeSince: watched.completeSince,
      render: createTemplateRenderer(options.rules?.links ?? {}),
      onOutcome: (outcome) => health.note(outcome),
      onCommitted: (outcome) => options.onOutcome?.(outcome),
    })
    undo.push(() => opened.stop())
    checks = opened
    await opened.start()
  }

  async function startRules(watched: Watched, store: Store, way: Delivery): Promise<void> {
    if (options.rules === undefined) return
    const opened = createRuler({
      ...options,
      ...watched,
      rules: options.rules,
      store: withoutGroup(store, describeBuiltInRules(config.alerting)),
      told: await store.loadTold(clock.now()),
      memory: await loadRulesMemory(store, clock.now()),
      delivery: way,
    })
    undo.push(() => opened.stop())
    ruler = opened
    await opened.start()
  }

  function announce(embedded: Embedded | undefined): void {
    const { intervalMs, lookbackMs, webhookUrl } = config.alerting
    const receivers = (options.delivery?.receivers ?? []).map(({ name }) => name)
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
      webhook:
        webhookUrl?.host ?? (receivers.length > 0 ? undefined : 'none: anomalies are logged and counted'),
      receivers: receivers.length > 0 ? receivers.join(', ') : undefined,
      state: config.dataDir ?? 'in memory',
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
