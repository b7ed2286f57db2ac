import type { Delivery } from './delivery.js'
import { createRuleReload, type Signals } from './config/rules/reload/rule-reload.js'
import type { RuleSettings } from './config/settings/read-settings.js'
import type { RuleGroup } from './model/alerting-rule.js'
import type { Clock } from './model/clock.js'
import type { Component } from './model/component.js'
import type { MeasureRules } from './model/rule-sample.js'
import { createRuleAnomalies, type CountTraces } from './rule/rule-anomalies.js'
import { createRuleManager } from './rule/rule-manager.js'
import type { GroupStatus } from './rule/group-status.js'
import type { RuleStore, ToldTrace } from './store/rule-store.js'
import { createTemplateRenderer } from './template/create-template-renderer.js'
import type { TemplateLinks } from './template/template-links.js'
import type { Logger } from './telemetry/logger.js'
import type { Metrics } from './telemetry/metrics.js'

/** The rules of a user, read and checked, and what goes with them. */
export interface UserRules {
  readonly settings: RuleSettings
  readonly groups: readonly RuleGroup[]
  readonly links: TemplateLinks
  /** Where SIGHUP arrives, which reads the files again. */
  readonly signals?: Signals | undefined
}

export interface RulerOptions {
  readonly rules: UserRules
  readonly measure: MeasureRules
  readonly countTraces: CountTraces
  readonly store: RuleStore
  /** Traces of which these rules have told before a restart. */
  readonly told: readonly ToldTrace[]
  readonly delivery: Pick<Delivery, 'depart' | 'accept'>
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/** The rules of a user, running: evaluated on their clocks, read again when their files change. */
export interface Ruler extends Component {
  /** Where the groups stand. */
  groups(): readonly GroupStatus[]
}

export function createRuler(options: RulerOptions): Ruler {
  const { rules, delivery, clock, logger, metrics } = options
  const { settings, groups, links } = rules
  const anomalies = createRuleAnomalies(options.countTraces, options.told)
  const manager = createRuleManager({
    groups,
    measure: options.measure,
    render: createTemplateRenderer(links),
    store: options.store,
    depart: (outcome) => {
      const found = anomalies.find(outcome)
      return delivery.depart(found.anomalies, found.told, () => anomalies.forget(found.told))
    },
    onAlerts: delivery.accept,
    clock,
    logger,
    metrics,
  })
  const reload = createRuleReload({
    ...settings,
    apply: (changed) => manager.replace(changed),
    clock,
    logger,
    metrics,
    signals: rules.signals,
  })
  return {
    groups: () => manager.groups(),
    start: async () => {
      await manager.start()
      await reload.start()
    },
    stop: async () => {
      await reload.stop()
      await manager.stop()
    },
  }
}
