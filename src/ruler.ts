import { createRuleReload, type Signals } from './config/rules/reload/rule-reload.js'
import type { RuleSettings } from './config/settings/read-settings.js'
import type { RuleGroup } from './model/alerting-rule.js'
import type { RuleAnomaly } from './model/anomaly.js'
import type { Clock } from './model/clock.js'
import type { Component } from './model/component.js'
import type { MeasureRules } from './model/rule-sample.js'
import { createRuleAnomalies, type CountTraces } from './rule/rule-anomalies.js'
import { createRuleManager } from './rule/rule-manager.js'
import type { GroupStatus } from './rule/group-status.js'
import { createMemoryRuleStore } from './store/memory-rule-store.js'
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
  /** Is told of every anomaly, once. */
  readonly tell: (anomaly: RuleAnomaly) => void
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
  const { rules, clock, logger, metrics } = options
  const { settings, groups, links } = rules
  const anomalies = createRuleAnomalies(options.countTraces)
  const manager = createRuleManager({
    groups,
    measure: options.measure,
    render: createTemplateRenderer(links),
    store: createMemoryRuleStore(),
    // Whom alerts go to is for dispatch to decide; anomalies have a lane of their own.
    onAlerts: () => {},
    onEvaluation: (outcome) => anomalies.find(outcome).forEach(options.tell),
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
