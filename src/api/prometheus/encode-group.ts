import type { RuleGroup } from '../../model/alerting-rule.js'
import { toQueryText } from '../../model/query-text.js'
import { SECOND_MS } from '../../model/time.js'
import type { GroupStatus, RuleStatus } from '../../rule/group-status.js'
import { encodeAlerts, encodeLabels } from './encode-alert.js'
import { encodeTime } from './encode-time.js'

export interface EncodeOptions {
  readonly excludeAlerts: boolean
}

/** A rule group, with these of its rules, in Prometheus' shape. */
export function encodeGroup(
  status: GroupStatus,
  rules: readonly RuleStatus[],
  options: EncodeOptions,
): object {
  const { name, file, intervalMs } = status.group
  return {
    name,
    file,
    rules: rules.map((rule) => encodeRule(rule, status, options)),
    interval: intervalMs / SECOND_MS,
    limit: limitOf(status.group),
    evaluationTime: status.evaluationMs / SECOND_MS,
    lastEvaluation: encodeTime(status.lastEvaluation),
  }
}

/** In Prometheus the limit is one of the group. */
function limitOf({ rules }: RuleGroup): number {
  const limits = new Set(rules.map(({ limit }) => limit))
  return limits.size === 1 ? (rules[0]?.limit ?? 0) : 0
}

/** Rules are measured together, so that each is given the time of its group. The last three fields are our own. */
function encodeRule(status: RuleStatus, group: GroupStatus, { excludeAlerts }: EncodeOptions): object {
  const { rule, health, lastError, verdict, window } = status
  return {
    state: stateOf(status),
    name: rule.alert,
    query: toQueryText(rule),
    duration: rule.forMs / SECOND_MS,
    keepFiringFor: rule.keepFiringForMs / SECOND_MS,
    labels: encodeLabels(rule.labels),
    annotations: encodeLabels(rule.annotations),
    alerts: excludeAlerts ? [] : encodeAlerts(status),
    health,
    ...(lastError === undefined ? {} : { lastError }),
    evaluationTime: group.evaluationMs / SECOND_MS,
    lastEvaluation: encodeTime(group.lastEvaluation),
    type: 'alerting',
    limit: rule.limit,
    ...(verdict === undefined ? {} : { verdict }),
    ...(window === undefined
      ? {}
      : { window: { start: encodeTime(window.start), end: encodeTime(window.end) } }),
  }
}

/** The most that any of its alerts is. */
function stateOf({ alerts }: RuleStatus): 'firing' | 'pending' | 'inactive' {
  const states = new Set([...alerts.values()].map(({ state }) => state))
  if (states.has('firing')) return 'firing'
  return states.has('pending') ? 'pending' : 'inactive'
}
