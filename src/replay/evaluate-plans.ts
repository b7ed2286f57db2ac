import type { RuleGroup } from '../model/alerting-rule.js'
import type { RenderTemplate } from '../model/render-template.js'
import type { MeasureRules } from '../model/rule-sample.js'
import type { Timestamp } from '../model/time.js'
import { createRuleGroup, type GroupOutcome, type RuleGroupRun } from '../rule/rule-group.js'
import { createMemoryRuleStore } from '../store/memory-rule-store.js'
import { createMetrics } from '../telemetry/metrics.js'
import { silentLogger } from '../telemetry/silent-logger.js'
import { createReplayClock } from './replay-clock.js'

/** When a group is evaluated: every interval from `first` to `last`, both included. There may be no such moment. */
export interface GroupPlan {
  readonly group: RuleGroup
  readonly first: Timestamp
  readonly last: Timestamp
}

export type EvaluationTurn = 'go on' | 'stop'

export interface EvaluatePlansOptions {
  readonly plans: readonly GroupPlan[]
  readonly measure: MeasureRules
  readonly render: RenderTemplate
  /** Is told what every evaluation came to, in order of time, and is waited for. What it answers ends the evaluations where it is `stop`. */
  readonly onOutcome: (outcome: GroupOutcome) => EvaluationTurn | Promise<EvaluationTurn>
  readonly signal: AbortSignal
}

interface DueGroup extends GroupPlan {
  readonly run: RuleGroupRun
  next: Timestamp
}

/** How many evaluations these are in all. */
export function countEvaluations(plans: readonly GroupPlan[]): number {
  return plans.reduce((sum, { group, first, last }) => {
    return sum + Math.max(0, Math.floor((last - first) / group.intervalMs) + 1)
  }, 0)
}

/** Evaluates groups in virtual time, by the daemon's evaluation and life cycle, from a beginning without alerts. */
export async function evaluatePlans(options: EvaluatePlansOptions): Promise<void> {
  const { plans, signal } = options
  const clock = createReplayClock(Math.min(...plans.map(({ first }) => first)))
  const metrics = createMetrics()
  const due = plans.map(({ group, ...plan }): DueGroup => {
    const run = createRuleGroup({
      ...options,
      group,
      store: createMemoryRuleStore(),
      onAlerts: () => {},
      clock,
      logger: silentLogger,
      metrics,
    })
    return { ...plan, group, run, next: plan.first }
  })
  for (let each = nextDue(due); each !== undefined; each = nextDue(due)) {
    signal.throwIfAborted()
    clock.moveTo(each.next)
    const outcome = await each.run.evaluate(each.next, signal)
    each.next += each.group.intervalMs
    if ((await options.onOutcome(outcome)) === 'stop') return
  }
}

function nextDue(due: readonly DueGroup[]): DueGroup | undefined {
  return due
    .filter(({ next, last }) => next <= last)
    .reduce<DueGroup | undefined>(
      (first, each) => (first && first.next <= each.next ? first : each),
      undefined,
    )
}
