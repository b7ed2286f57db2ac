import { createBuiltInRules, describeBuiltInRules } from './built-in-rules.js'
import { loadChecksMemory, saveSearchedAt } from './checks-memory.js'
import type { AlertingConfig } from './config/config.js'
import type { Delivery } from './delivery.js'
import { createPlanner } from './detect/planner.js'
import type { Clock } from './model/clock.js'
import type { Component } from './model/component.js'
import { describeThrown } from './model/describe-thrown.js'
import type { RenderTemplate } from './model/render-template.js'
import type { Source } from './model/source.js'
import type { Timestamp } from './model/time.js'
import { createBuiltInGroup } from './rule/built-in-group.js'
import { createCheck, type CheckOutcome } from './rule/check.js'
import { createCheckLoop } from './rule/check-loop.js'
import type { GroupStatus } from './rule/group-status.js'
import type { Store } from './store/store.js'
import type { Logger } from './telemetry/logger.js'
import type { Metrics } from './telemetry/metrics.js'
import type { Spans } from './telemetry/spans.js'

export interface ChecksOptions {
  readonly alerting: AlertingConfig
  readonly source: Source
  readonly store: Store
  readonly delivery: Delivery
  readonly render: RenderTemplate
  /** Since when the source holds all traces, where it lost those from before. */
  readonly completeSince?: (() => Timestamp) | undefined
  /** The service of our own spans, where they are exported. */
  readonly ownService: string | undefined
  /** Is told of every check, before what it found is on its way. */
  readonly onOutcome: (outcome: CheckOutcome) => void
  /** Is told of it once that is committed. */
  readonly onCommitted: (outcome: CheckOutcome) => void
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly spans: Spans
}

/** The built-in rules, running. */
export interface Checks extends Component {
  status(): GroupStatus
}

/** Makes the checks of the built-in rules. They go on where those before a restart were. */
export async function openChecks(options: ChecksOptions): Promise<Checks> {
  const { alerting, source, store, delivery, ownService, clock, logger, metrics, spans } = options
  const group = describeBuiltInRules(alerting)
  const memory = await loadChecksMemory(store, group, clock.now())
  const builtIn = createBuiltInRules({ alerting, metrics, ownService, memory, at: clock.now() })
  let outcome: CheckOutcome | undefined
  const alerts = createBuiltInGroup({
    ...options,
    group,
    alerts: memory.alerts,
    errorRateThreshold: alerting.errorRateThreshold,
    depart: () => {
      const anomalies = outcome?.anomalies ?? []
      const told = builtIn.toTold(anomalies)
      return delivery.depart(anomalies, told, () => builtIn.forget(told))
    },
    onAlerts: delivery.accept,
  })

  async function commit(checked: CheckOutcome): Promise<void> {
    options.onOutcome(checked)
    outcome = checked
    await alerts.note(checked)
    options.onCommitted(checked)
    if (checked.failures.length === 0) await saveSearchedAt(store, checked.at).catch(logUnsaved)
  }

  function logUnsaved(error: unknown): void {
    logger.warn('How far traces were searched could not be saved', { error: describeThrown(error) })
  }

  const check = createCheck({
    rules: builtIn.rules,
    freshness: (at, signal) => source.freshness(at, signal),
    query: createPlanner({ source, metrics }),
  })
  const loop = createCheckLoop({
    ...options,
    check: (at, signal) => spans.within('trace anomaly check', {}, () => check(at, signal)),
    commit,
    intervalMs: alerting.intervalMs,
  })
  return { ...loop, status: () => alerts.status() }
}
