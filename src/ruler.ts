import type { Delivery } from './delivery.js'
import { createRuleReload, type Signals } from './config/rules/reload/rule-reload.js'
import { warnOfRules } from './config/rules/warn-of-rules.js'
import type { RuleSettings } from './config/settings/read-settings.js'
import type { AlertingRule, RuleGroup } from './model/alerting-rule.js'
import type { Clock } from './model/clock.js'
import type { Component } from './model/component.js'
import { describeThrown } from './model/describe-thrown.js'
import type { Timestamp } from './model/time.js'
import type { TraceId } from './model/trace-id.js'
import type { MeasureRules } from './model/rule-sample.js'
import { createRuleAnomalies, type CountTraces } from './rule/rule-anomalies.js'
import { createRuleManager } from './rule/rule-manager.js'
import type { GroupStatus } from './rule/group-status.js'
import type { RulesMemory } from './rules-memory.js'
import type { RuleKey, RuleStore, ToldTrace } from './store/rule-store.js'
import { createTemplateRenderer } from './template/create-template-renderer.js'
import type { TemplateLinks } from './template/template-links.js'
import type { Logger } from './telemetry/logger.js'
import type { Metrics } from './telemetry/metrics.js'

/** The rules of a user, read and checked, and what goes with them. */
export interface UserRules {
  readonly settings: RuleSettings
  readonly groups: readonly RuleGroup[]
  readonly links: TemplateLinks
  /** Rule files in which nothing stands. */
  readonly emptyFiles?: readonly string[] | undefined
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
  readonly memory: RulesMemory
  readonly delivery: Pick<Delivery, 'depart' | 'accept'>
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/** The rules of a user, running: evaluated on their clocks, read again when their files change. */
export interface Ruler extends Component {
  /** The traces that a rule has counted before a restart or a change of its group; undefined where it is new. */
  countedBefore(rule: AlertingRule): ReadonlySet<TraceId> | undefined
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
    onEvaluation: ({ status, at }) => void noteEvaluation(status, at),
    clock,
    logger,
    metrics,
  })
  const reload = createRuleReload({
    ...settings,
    groups,
    apply: async (changed) => {
      await manager.replace(changed)
      warnOfRules(changed, settings.reach, logger)
    },
    clock,
    logger,
    metrics,
    signals: rules.signals,
  })
  async function noteEvaluation(status: GroupStatus, at: Timestamp): Promise<void> {
    try {
      await options.memory.note(status, at)
    } catch (error) {
      logger.warn('Which rules were evaluated could not be saved', { error: describeThrown(error) })
    }
  }

  function keyOf(rule: AlertingRule): RuleKey | undefined {
    const statuses = manager.groups().flatMap((group) => group.rules)
    return statuses.find((status) => status.rule === rule)?.key
  }

  return {
    countedBefore: (rule) => {
      const key = keyOf(rule)
      return key !== undefined && options.memory.wasEvaluated(key) ? anomalies.told(key) : undefined
    },
    groups: () => manager.groups(),
    start: async () => {
      for (const file of rules.emptyFiles ?? []) logger.warn('A rule file holds no rules', { file })
      warnOfRules(groups, settings.reach, logger)
      await manager.start()
      await reload.start()
    },
    stop: async () => {
      await reload.stop()
      await manager.stop()
    },
  }
}
