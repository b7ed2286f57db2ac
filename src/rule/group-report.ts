import type { RuleGroup } from '../model/alerting-rule.js'
import { MOST_TRACES } from '../model/rule-sample.js'
import { SECOND_MS, type Timestamp } from '../model/time.js'
import type { RuleKey } from '../store/rule-store.js'
import type { LogFields, Logger } from '../telemetry/logger.js'
import type { RuleMetrics } from '../telemetry/rule-metrics.js'
import { ALERT_NAME, type TemplateFault } from './describe-alert.js'
import type { GroupStatus, RuleStatus } from './group-status.js'
import { type GroupKey, toGroupKey } from './rule-key.js'
import type { AlertChange } from './settle-alerts.js'

export interface GroupReportOptions {
  readonly group: RuleGroup
  /** When its evaluations began. */
  readonly since: Timestamp
  readonly logger: Logger
  readonly metrics: RuleMetrics
}

/** One evaluation of a group, for those who keep account. */
export interface GroupAccount {
  readonly before: GroupStatus
  readonly after: GroupStatus
  readonly changes: readonly AlertChange[]
  readonly faults: readonly TemplateFault[]
  /** Ended alerts that were forgotten before their time. */
  readonly forgotten: number
}

/** So many changes of alerts of one evaluation are logged; of the others only how many there are. */
const MOST_LOGGED = 20

/** Counts and logs what the evaluations of a rule group come to. A rule in trouble is told when that begins and ends. */
export function createGroupReport({ group, since, logger, metrics }: GroupReportOptions) {
  const key = toGroupKey(group)
  const labels = { rule_group: key }
  const partial = new Set<RuleKey>()

  function countRule({ verdict }: RuleStatus): void {
    metrics.ruleEvaluations.inc(labels)
    metrics.ruleFailures.inc(labels, verdict === 'error' ? 1 : 0)
    metrics.rulePartial.inc(labels, verdict === 'partial' ? 1 : 0)
  }

  function logHealth(before: RuleStatus | undefined, { rule, lastError }: RuleStatus): void {
    const fields: LogFields = { [ALERT_NAME]: rule.alert, rule_group: key, error: lastError }
    if (lastError !== undefined) {
      if (lastError !== before?.lastError) logger.warn('A rule could not be evaluated', fields)
      return
    }
    if (before?.lastError !== undefined) logger.info('A rule is evaluated again', fields)
  }

  /** Told once while it lasts. Windows from before the start are left out: who receives traces cannot have those. */
  function logPartial({ rule, key: ruleKey, verdict, window }: RuleStatus): void {
    if (verdict !== 'partial') partial.delete(ruleKey)
    if (verdict !== 'partial' || partial.has(ruleKey) || (window?.start ?? 0) < since) return
    partial.add(ruleKey)
    logger.warn('A rule was evaluated over a part of the traces: it ends no alert', {
      [ALERT_NAME]: rule.alert,
      rule_group: key,
    })
  }

  function countUntold({ alerts, traces }: RuleStatus): void {
    for (const [fingerprint, found] of traces) {
      if (found.length < MOST_TRACES) continue
      metrics.untoldTraces.inc(Math.max(0, (alerts.get(fingerprint)?.value ?? 0) - found.length))
    }
  }

  function noteFaults(faults: readonly TemplateFault[]): void {
    const [first] = faults
    if (first === undefined) return
    metrics.templateFaults.inc(faults.length)
    const { name, message: error } = first
    logger.warn('A template of a rule could not be filled in', { rule_group: key, name, error })
  }

  function logChange({ from, to, alert }: AlertChange): void {
    const own = JSON.stringify(Object.fromEntries(alert.labels))
    const fields: LogFields = { rule_group: key, labels: own, value: alert.value }
    if (to === 'firing') logger.info('Alert fires', fields)
    else if (from === 'firing') logger.info('Alert has ended', fields)
    else logger.debug(to === 'pending' ? 'Alert is pending' : 'Alert is pending no more', fields)
  }

  function logChanges(changes: readonly AlertChange[]): void {
    for (const change of changes.slice(0, MOST_LOGGED)) logChange(change)
    const others = changes.length - MOST_LOGGED
    if (others > 0) logger.info('More alerts have changed', { rule_group: key, alerts: others })
  }

  return {
    note({ before, after, changes, faults, forgotten }: GroupAccount): void {
      metrics.ruleGroupIterations.inc(labels)
      metrics.ruleGroupDuration.set(labels, after.evaluationMs / SECOND_MS)
      metrics.ruleGroupLastEvaluation.set(labels, (after.lastEvaluation ?? 0) / SECOND_MS)
      metrics.forgottenAlerts.inc(forgotten)
      for (const [index, rule] of after.rules.entries()) {
        countRule(rule)
        logHealth(before.rules[index], rule)
        logPartial(rule)
        countUntold(rule)
      }
      noteFaults(faults)
      logChanges(changes)
    },
  }
}

/** Shows a group in the metrics before it was evaluated, so that its counters show their first rise too. */
export function openGroupMetrics(metrics: RuleMetrics, group: RuleGroup): void {
  const labels = { rule_group: toGroupKey(group) }
  metrics.ruleGroupInterval.set(labels, group.intervalMs / SECOND_MS)
  metrics.ruleGroupRules.set(labels, group.rules.length)
  for (const counter of countersOf(metrics)) counter.inc(labels, 0)
}

/** Takes a group that is no more out of the metrics. */
export function closeGroupMetrics(metrics: RuleMetrics, key: GroupKey): void {
  const labels = { rule_group: key }
  for (const counter of countersOf(metrics)) counter.remove(labels)
  const { ruleGroupInterval, ruleGroupRules, ruleGroupDuration, ruleGroupLastEvaluation } = metrics
  for (const gauge of [ruleGroupInterval, ruleGroupRules, ruleGroupDuration, ruleGroupLastEvaluation]) {
    gauge.remove(labels)
  }
}

function countersOf(metrics: RuleMetrics) {
  const { ruleEvaluations, ruleFailures, rulePartial, ruleGroupIterations, ruleGroupLate, ruleGroupMissed } =
    metrics
  return [ruleEvaluations, ruleFailures, rulePartial, ruleGroupIterations, ruleGroupLate, ruleGroupMissed]
}
