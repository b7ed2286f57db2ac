import type { AlertInstance } from '../model/alert-instance.js'
import type { AlertingRule, RuleGroup } from '../model/alerting-rule.js'
import { type Fingerprint, toFingerprint } from '../model/label-set.js'
import type { Timestamp } from '../model/time.js'
import type { Evaluation, RuleKey, SavedAlert } from '../store/rule-store.js'
import { restorePending } from './restore-pending.js'
import { toRuleKeys } from './rule-key.js'

export interface Restored {
  readonly alerts: ReadonlyMap<RuleKey, ReadonlyMap<Fingerprint, AlertInstance>>
  /** Saved ones that do not go on, and are to be removed. */
  readonly dropped: Evaluation['removed']
}

/**
 * The alerts with which a process begins: what was told goes on as it was, so that its end can be told; what was pending
 * goes on as `restorePending` has it, and need not be saved: until it is seen again, the outage goes on for it, and the
 * next restart reckons from what was saved. Alerts of rules that are not in `groups` are among them.
 */
export function restoreAlerts(
  saved: readonly SavedAlert[],
  groups: readonly RuleGroup[],
  at: Timestamp,
): Restored {
  const rules = rulesByKey(groups)
  const alerts = new Map<RuleKey, Map<Fingerprint, AlertInstance>>()
  const dropped: { rule: RuleKey; fingerprint: Fingerprint }[] = []
  for (const { rule, alert } of saved) {
    const fingerprint = toFingerprint(alert.labels)
    const restored = restore(alert, rules.get(rule), at)
    if (restored === undefined) dropped.push({ rule, fingerprint })
    else
      alerts.set(rule, (alerts.get(rule) ?? new Map<Fingerprint, AlertInstance>()).set(fingerprint, restored))
  }
  return { alerts, dropped }
}

function restore(
  alert: AlertInstance,
  rule: AlertingRule | undefined,
  at: Timestamp,
): AlertInstance | undefined {
  if (alert.state !== 'pending') return alert
  return rule === undefined ? undefined : restorePending(alert, at, rule)
}

function rulesByKey(groups: readonly RuleGroup[]): ReadonlyMap<RuleKey, AlertingRule> {
  const rules = new Map<RuleKey, AlertingRule>()
  for (const group of groups) {
    const keys = toRuleKeys(group)
    for (const [index, rule] of group.rules.entries()) rules.set(keys[index] ?? '', rule)
  }
  return rules
}
