import type { Delivery } from './delivery.js'
import { tellOfRules } from './config/setup/tell-of-rules.js'
import { warnOfRules } from './config/rules/warn-of-rules.js'
import type { UserRules } from './config/setup/setup.js'
import type { AlertingRule } from './model/alerting-rule.js'
import type { Clock } from './model/clock.js'
import type { Component } from './model/component.js'
import { describeThrown } from './model/describe-thrown.js'
import type { RenderTemplate } from './model/render-template.js'
import type { Timestamp } from './model/time.js'
import type { TraceId } from './model/trace-id.js'
import type { MeasureRules } from './model/rule-sample.js'
import { createRuleAnomalies, type CountTraces } from './rule/rule-anomalies.js'
import { createRuleManager } from './rule/rule-manager.js'
import type { GroupStatus } from './rule/group-status.js'
import type { RulesMemory } from './rules-memory.js'
import type { RuleKey, RuleStore, ToldTrace } from './store/rule-store.js'
import type { Logger } from './telemetry/logger.js'
import type { Metrics } from './telemetry/metrics.js'

export interface RulerOptions {
  /** Undefined where there are none yet. */
  readonly rules: UserRules | undefined
  readonly render: RenderTemplate
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

/** The rules of a user, running: evaluated on their clocks. */
export interface Ruler extends Component {
  /** Takes these rules in place of those that run. Rejects as `RuleManager.replace` does. */
  replace(rules: UserRules | undefined): Promise<void>
  /** The traces that a rule has counted before a restart or a change of its group; undefined where it is new. */
  countedBefore(rule: AlertingRule): ReadonlySet<TraceId> | undefined
  /** Where the groups stand. */
  groups(): readonly GroupStatus[]
}

export function createRuler(options: RulerOptions): Ruler {
  const { rules, delivery, logger } = options
  const anomalies = createRuleAnomalies(options.countTraces, options.told)
  const manager = createRuleManager({
    ...options,
    groups: rules?.groups ?? [],
    depart: (outcome) => {
      const found = anomalies.find(outcome)
      return delivery.depart(found.anomalies, found.told, () => anomalies.forget(found.told))
    },
    onAlerts: delivery.accept,
    onEvaluation: ({ status, at }) => void noteEvaluation(status, at),
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
    replace: async (changed) => {
      await manager.replace(changed?.groups ?? [])
      if (changed !== undefined) warnOfRules(changed.groups, changed.settings.reach, logger)
    },
    start: async () => {
      if (rules !== undefined) tellOfRules(rules, logger)
      await manager.start()
    },
    stop: () => manager.stop(),
  }
}
