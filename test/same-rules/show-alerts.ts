import type { AlertInstance } from '../../src/model/alert-instance.js'
import type { AlertingRule } from '../../src/model/alerting-rule.js'
import { toFingerprint } from '../../src/model/label-set.js'
import type { Timestamp } from '../../src/model/time.js'
import type { RuleStatus } from '../../src/rule/group-status.js'
import type { GroupOutcome } from '../../src/rule/rule-group.js'
import { isEstimate, isOwnChoice } from './differ-by-design.js'

/** What each evaluation said of each rule, and where its alerts stood then, to be compared and read. */
export function showAlerts(outcomes: readonly GroupOutcome[], start: Timestamp): readonly string[] {
  return outcomes
    .flatMap(({ at, status }) => status.rules.flatMap((rule) => showRule(rule, at, start)))
    .toSorted()
}

function showRule(
  { rule, verdict, lastError, alerts }: RuleStatus,
  at: Timestamp,
  start: Timestamp,
): readonly string[] {
  const seconds = (moment: Timestamp): string => `${(moment - start) / 1000}s`
  const head = `${seconds(at).padStart(5)} ${rule.alert}`
  const lines = Array.from(alerts.values(), (alert) => `${head} ${showAlert(rule, alert, seconds)}`)
  return [`${head}: ${verdict} ${lastError ?? ''}`.trim(), ...lines]
}

function showAlert(rule: AlertingRule, alert: AlertInstance, seconds: (at: Timestamp) => string): string {
  const times = [
    `active ${seconds(alert.activeAt)}`,
    ...(alert.state === 'pending' ? [] : [`fired ${seconds(alert.firedAt)}`]),
    ...(alert.state === 'inactive' ? [`ended ${seconds(alert.resolvedAt)}`] : []),
  ]
  const value = isEstimate(rule) ? '' : ` = ${Number(alert.value.toPrecision(9))}`
  const shown = isOwnChoice(rule) ? [] : alert.exemplars.map(({ traceId }) => traceId.slice(0, 8))
  const summary = alert.annotations.get('summary') ?? ''
  return `${alert.state} ${toFingerprint(alert.labels)}${value} ${times.join(' ')} traces ${shown.join(' ')} ${summary}`
}
