import type { Alert } from '../model/alert.js'
import type { AlertingRule, RuleGroup } from '../model/alerting-rule.js'
import type { Clock } from '../model/clock.js'
import { describeThrown } from '../model/describe-thrown.js'
import type { RenderTemplate } from '../model/render-template.js'
import type { MeasureRules, RuleMeasure } from '../model/rule-sample.js'
import type { Timestamp } from '../model/time.js'
import type { Evaluation, RuleKey, RuleStore } from '../store/rule-store.js'
import type { Logger } from '../telemetry/logger.js'
import type { RuleMetrics } from '../telemetry/rule-metrics.js'
import type { Departure } from './departure.js'
import { createDescriber, type TemplateFault } from './describe-alert.js'
import { evaluateRule, type RuleTurn } from './evaluate-rule.js'
import { createGroupReport } from './group-report.js'
import type { GroupStatus, RuleStatus } from './group-status.js'
import type { Alerts } from './look-at-measure.js'
import { missedMoments } from './missed-moments.js'
import { toRuleKeys } from './rule-key.js'
import type { AlertChange } from './settle-alerts.js'

/** What rule groups are joined to. */
export interface RuleGroupParts {
  readonly measure: MeasureRules
  readonly render: RenderTemplate
  readonly store: Pick<RuleStore, 'commit'>
  /** What leaves with an evaluation besides its alerts, and is committed with it; by default nothing does. */
  readonly depart?: ((outcome: GroupOutcome) => Departure) | undefined
  /** The way on for what is told, once the evaluation has been committed. */
  readonly onAlerts: (alerts: readonly Alert[]) => void
  /** Is told what every evaluation came to, after that. */
  readonly onEvaluation?: ((outcome: GroupOutcome) => void) | undefined
  /** A page that shows the rule; by default there is none. */
  readonly generatorUrl?: ((rule: AlertingRule, group: RuleGroup) => string) | undefined
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: RuleMetrics
}

export interface RuleGroupOptions extends RuleGroupParts {
  readonly group: RuleGroup
  /** The alerts that its rules begin with. */
  readonly alerts?: ReadonlyMap<RuleKey, Alerts> | undefined
}

/** What one evaluation of a group came to. */
export interface GroupOutcome {
  readonly at: Timestamp
  readonly status: GroupStatus
  readonly changes: readonly AlertChange[]
  /** What was handed on. */
  readonly alerts: readonly Alert[]
}

/** The rules of a group, and where they stand. */
export interface RuleGroupRun {
  /**
   * Measures and judges all rules, in order, commits what changes and then hands on what is told. What cannot be
   * committed has not happened: the next evaluation begins where this one did. Rejects only when aborted.
   */
  evaluate(at: Timestamp, signal: AbortSignal): Promise<GroupOutcome>
  status(): GroupStatus
}

export function createRuleGroup(options: RuleGroupOptions): RuleGroupRun {
  const { group, clock, logger, metrics } = options
  const report = createGroupReport({ group, since: clock.now(), logger, metrics })
  const faults: TemplateFault[] = []
  const noteFault = (fault: TemplateFault): void => void faults.push(fault)
  const describers = new Map(
    group.rules.map((rule) => [rule, createDescriber(rule, options.render, noteFault)]),
  )
  let status = startStatus(group, options.alerts ?? new Map())

  async function evaluate(at: Timestamp, signal: AbortSignal): Promise<GroupOutcome> {
    const begun = clock.now()
    const measured = await measureAll(at, signal)
    const turns = status.rules.map((rule, index) => evaluateOne(rule, measured[index] ?? NOT_MEASURED, at))
    const before = status
    const evaluationMs = Math.max(0, clock.now() - begun)
    const next = { group, lastEvaluation: at, evaluationMs, rules: turns.map(({ after }) => after) }
    const failure = await commit(toEvaluation(at, turns), toOutcome(at, next, turns))
    status = failure === undefined ? next : { ...next, rules: turns.map((turn) => unsaved(turn, failure)) }
    const outcome = toOutcome(at, status, failure === undefined ? turns : [])
    const forgotten = turns.reduce((sum, turn) => sum + turn.forgotten, 0)
    report.note({ before, after: status, changes: outcome.changes, faults: faults.splice(0), forgotten })
    handOn(outcome)
    return outcome
  }

  async function measureAll(at: Timestamp, signal: AbortSignal): Promise<readonly (RuleMeasure | Error)[]> {
    try {
      const missed = missedMoments(status.lastEvaluation, at, group.intervalMs)
      const measured = await options.measure(group.rules, at, signal, missed)
      signal.throwIfAborted()
      return measured
    } catch (error) {
      signal.throwIfAborted()
      return group.rules.map(() => (error instanceof Error ? error : new Error(describeThrown(error))))
    }
  }

  function evaluateOne(before: RuleStatus, measured: RuleMeasure | Error, at: Timestamp): RuleTurn {
    const { rule } = before
    const describer = describers.get(rule) ?? createDescriber(rule, options.render, noteFault)
    const generatorUrl = options.generatorUrl?.(rule, group) ?? ''
    return evaluateRule(before, measured, describer, { at, intervalMs: group.intervalMs, generatorUrl })
  }

  /** Why the evaluation could not be committed; undefined where it was. */
  async function commit(evaluation: Evaluation, outcome: GroupOutcome): Promise<string | undefined> {
    const departure = options.depart?.(outcome)
    try {
      await options.store.commit({ ...evaluation, told: departure?.told, outbox: departure?.outbox })
      departure?.committed()
      return undefined
    } catch (error) {
      departure?.undone()
      const failure = describeThrown(error)
      metrics.ruleCommitFailures.inc()
      logger.error('What a rule group found could not be saved, and was not told', { error: failure })
      return failure
    }
  }

  /** A fault of those who are told says nothing of the evaluation, and must not end the next ones. */
  function handOn(outcome: GroupOutcome): void {
    try {
      if (outcome.alerts.length > 0) options.onAlerts(outcome.alerts)
      options.onEvaluation?.(outcome)
    } catch (error) {
      logger.error('What a rule group found could not be passed on', { error: describeThrown(error) })
    }
  }

  return { evaluate, status: () => status }
}

/** The answer of a source that leaves a rule out. */
const NOT_MEASURED = new Error('the rule was not measured')

function startStatus(group: RuleGroup, alerts: ReadonlyMap<RuleKey, Alerts>): GroupStatus {
  const keys = toRuleKeys(group)
  const rules = group.rules.map((rule, index): RuleStatus => {
    const key = keys[index] ?? ''
    return {
      rule,
      key,
      health: 'unknown',
      lastError: undefined,
      verdict: undefined,
      window: undefined,
      traces: new Map(),
      findings: new Map(),
      alerts: alerts.get(key) ?? new Map(),
    }
  })
  return { group, lastEvaluation: undefined, evaluationMs: 0, rules }
}

function toEvaluation(at: Timestamp, turns: readonly RuleTurn[]): Evaluation {
  return {
    at,
    saved: turns.flatMap(({ after, settled }) => settled.saved.map((alert) => ({ rule: after.key, alert }))),
    removed: turns.flatMap(({ after, settled }) =>
      settled.removed.map((fingerprint) => ({ rule: after.key, fingerprint })),
    ),
    alerts: turns.flatMap(({ settled }) => settled.told),
  }
}

function toOutcome(at: Timestamp, status: GroupStatus, turns: readonly RuleTurn[]): GroupOutcome {
  const changes = turns.flatMap(({ settled }) => settled.changes)
  return { at, status, changes, alerts: turns.flatMap(({ settled }) => settled.told) }
}

/** The rule as it was before the evaluation, which has not happened. */
function unsaved({ before }: RuleTurn, failure: string): RuleStatus {
  return {
    ...before,
    health: 'err',
    verdict: 'error',
    lastError: `the evaluation could not be saved: ${failure}`,
  }
}
