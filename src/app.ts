import { createPrometheusApiHandler } from './api/prometheus/handler.js'
import { announce, type Addresses } from './announce.js'
import { describeBuiltInRules } from './built-in-rules.js'
import { withoutGroup } from './checks-memory.js'
import { openChecks, type Checks } from './checks.js'
import { createConfigReload, type ConfigReload, type Signals } from './config/setup/config-reload.js'
import type { ReadSetup } from './config/setup/read-setup.js'
import type { Setup, SetupFiles } from './config/setup/setup.js'
import { describeFileFault } from './config/yaml/file-fault.js'
import { createDeliveryApi } from './delivery-api.js'
import { openDeliveryPlan } from './delivery-plan.js'
import { openDelivery, type Delivery } from './delivery.js'
import { openEmbedded, type Embedded } from './embedded.js'
import { findMissingSecrets } from './find-missing-secrets.js'
import type { AlertInstance } from './model/alert-instance.js'
import type { Clock } from './model/clock.js'
import type { Component } from './model/component.js'
import { openApi } from './open-api.js'
import { openStore } from './open-store.js'
import { startOwnSpans, type OwnSpans } from './own-spans.js'
import type { CheckOutcome } from './rule/check.js'
import { createCheckHealth, type HealthReport } from './rule/check-health.js'
import type { GroupStatus } from './rule/group-status.js'
import { createRuler, type Ruler } from './ruler.js'
import { loadRulesMemory } from './rules-memory.js'
import type { Store } from './store/store.js'
import { createSweeper } from './store-sweeper.js'
import { registerAlertSeries } from './telemetry/alert-series.js'
import type { Logger } from './telemetry/logger.js'
import type { Metrics } from './telemetry/metrics.js'
import { createTemplateSwitch } from './template-switch.js'
import { createTracesHere } from './traces-here.js'
import { createUndo } from './undo.js'
import { VERSION } from './version.js'
import { watchHere, watchTempo, type Watched } from './watched.js'

export type { Addresses }

export interface AppOptions extends Setup {
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** Where OpenTelemetry's own variables are read; without it no spans of our own are made. */
  readonly spanExportEnv?: Readonly<Record<string, string | undefined>> | undefined
  /** Whether a request under way keeps a process alive that has nothing else to do; true by default. */
  readonly keepAlive?: boolean | undefined
  /** How the setup is read again while it runs; without it it stays as it is. */
  readonly reload?: ReloadOptions | undefined
  /** Is told of every check, after everybody else. It must not throw. */
  readonly onOutcome?: ((outcome: CheckOutcome) => void) | undefined
}

export interface ReloadOptions {
  /** What the setup was read from. */
  readonly files: SetupFiles
  readonly read: () => ReadSetup
  /** Where SIGHUP arrives, which reads it again. */
  readonly signals?: Signals | undefined
}

export interface App extends Component {
  health(): HealthReport
  addresses(): Addresses
}

/** tracebell as a whole: every part is made, joined, started and stopped here. */
export function createApp(options: AppOptions): App {
  const { config, clock, logger, metrics } = options
  const health = createCheckHealth({ logger, metrics })
  const templates = createTemplateSwitch(options.links)
  const undo = createUndo()
  let addresses: Addresses = NOWHERE
  let delivery: Delivery | undefined
  let checks: Checks | undefined
  let ruler: Ruler | undefined
  let isStarted = false
  // Now, so that no change since the files were read is missed.
  const reload = options.reload && createReload(options.reload)
  registerAlertSeries({ registry: metrics.registry, alerts: () => alertsOf(groups()) })

  /** The built-in rules, and those of the user. */
  function groups(): readonly GroupStatus[] {
    return [...(checks === undefined ? [] : [checks.status()]), ...(ruler?.groups() ?? [])]
  }

  async function startParts(): Promise<void> {
    const store = await startStore()
    const api = await startApi(store)
    const kept = { snapshots: store, logger }
    const here =
      config.mode === 'embedded' ? createTracesHere({ ...options, ...config.window, kept }) : undefined
    const embedded = here && (await openEmbedded({ ...options, window: here.window }))
    if (embedded !== undefined) undo.push(() => embedded.close())
    addresses = toAddresses(api?.url, embedded)
    const listeners = [api, embedded?.otlpHttp, embedded?.otlpGrpc, embedded?.tempoApi]
    const own = await startOwnSpans({ env: options.spanExportEnv, listeners, logger })
    undo.push(() => own.close())
    delivery = await openDelivery({ ...options, setup: options, store, spans: own.spans })
    await start(delivery)
    const countedBefore: Ruler['countedBefore'] = (rule) => ruler?.countedBefore(rule)
    const watched = here === undefined ? watchTempo({ ...options, ...own, countedBefore }) : watchHere(here)
    undo.push(() => watched.close())
    await startChecks(watched, store, own, delivery)
    await startRuler(watched, store, delivery)
    if (reload !== undefined) await start(reload)
    isStarted = true
    announce(options, addresses, logger)
    await warnOfSecrets(options)
  }

  async function start(part: Component): Promise<void> {
    undo.push(() => part.stop())
    await part.start()
  }

  async function startStore(): Promise<Store> {
    const store = await openStore({ folder: config.dataDir, clock, logger, metrics })
    undo.push(() => store.close())
    await start(createSweeper({ store, clock, logger }))
    return store
  }

  async function startApi(store: Store) {
    const api = await openApi({
      listeners: config.listeners,
      metrics,
      health: () => health.report(),
      storeHealth: () => store.health(),
      reload: reload && (() => (isStarted ? reload.reload() : undefined)),
      prometheus: createPrometheusApiHandler({ groups, clock, version: VERSION }),
      ...createDeliveryApi({ delivery: () => delivery, store, clock }),
    })
    if (api !== undefined) undo.push(() => api.close())
    return api
  }

  async function startChecks(watched: Watched, store: Store, own: OwnSpans, way: Delivery): Promise<void> {
    checks = await openChecks({
      ...options,
      ...watched,
      alerting: config.alerting,
      store,
      delivery: way,
      render: templates.render,
      spans: own.spans,
      ownService: own.serviceName,
      onOutcome: (outcome) => health.note(outcome),
      onCommitted: (outcome) => options.onOutcome?.(outcome),
    })
    await start(checks)
  }

  /** Where there are no rules and none can come, alerts of rules that ran here before are left as they are. */
  async function startRuler(watched: Watched, store: Store, way: Delivery): Promise<void> {
    const { rules } = options
    if (rules === undefined && reload === undefined) return
    ruler = createRuler({
      ...options,
      ...watched,
      rules,
      render: templates.render,
      store: withoutGroup(store, describeBuiltInRules(config.alerting)),
      told: await store.loadTold(clock.now()),
      memory: await loadRulesMemory(store, clock.now()),
      delivery: way,
    })
    await start(ruler)
  }

  function createReload({ files, read, signals }: ReloadOptions): ConfigReload {
    return createConfigReload({ ...options, setup: options, files, read, apply, signals })
  }

  /** What can fail comes first: then nothing has changed. */
  async function apply(setup: Setup): Promise<void> {
    const prepared = openDeliveryPlan(setup, clock)
    try {
      await ruler?.replace(setup.rules)
    } catch (error) {
      await prepared.receivers.close()
      throw error
    }
    templates.replace(setup.links)
    await delivery?.replace(prepared)
    await warnOfSecrets(setup)
  }

  /** They may still come, and are read for each attempt: this is no reason not to run. */
  async function warnOfSecrets(setup: Setup): Promise<void> {
    const missing = await findMissingSecrets(setup)
    for (const secret of missing.slice(0, MOST_TOLD)) logger.warn(describeFileFault(secret))
    if (missing.length > MOST_TOLD) logger.warn('More secrets are missing', { secrets: missing.length })
  }

  return {
    async start() {
      try {
        await startParts()
      } catch (error) {
        await undo.all()
        throw error
      }
    },
    stop: () => undo.all(),
    health: () => health.report(),
    addresses: () => addresses,
  }
}

function toAddresses(api: string | undefined, embedded: Embedded | undefined): Addresses {
  return {
    api,
    otlpHttp: embedded?.otlpHttp?.url,
    otlpGrpc: embedded?.otlpGrpc?.url,
    tempoApi: embedded?.tempoApi.url,
  }
}

function alertsOf(groups: readonly GroupStatus[]): AlertInstance[] {
  return groups.flatMap(({ rules }) => rules.flatMap(({ alerts }) => [...alerts.values()]))
}

/** Secrets that are missing; more are only counted. */
const MOST_TOLD = 10

const NOWHERE = toAddresses(undefined, undefined)
