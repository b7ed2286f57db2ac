import type { AlertInstance } from '../model/alert-instance.js'
import { toFingerprint, type Fingerprint } from '../model/label-set.js'
import type { RuleKey, RuleStore } from './rule-store.js'

/** Keeps alerts for as long as the process lives. Its size is bounded by those who commit: it holds what they hold. */
export function createMemoryRuleStore(): RuleStore {
  const rules = new Map<RuleKey, Map<Fingerprint, AlertInstance>>()

  function save(rule: RuleKey, alert: AlertInstance): void {
    const alerts = rules.get(rule) ?? new Map<Fingerprint, AlertInstance>()
    alerts.set(toFingerprint(alert.labels), alert)
    rules.set(rule, alerts)
  }

  function remove(rule: RuleKey, fingerprint: Fingerprint): void {
    const alerts = rules.get(rule)
    alerts?.delete(fingerprint)
    if (alerts?.size === 0) rules.delete(rule)
  }

  return {
    loadAlerts: async () =>
      [...rules].flatMap(([rule, alerts]) => [...alerts.values()].map((alert) => ({ rule, alert }))),

    async commit({ saved, removed }) {
      for (const { rule, fingerprint } of removed) remove(rule, fingerprint)
      for (const { rule, alert } of saved) save(rule, alert)
    },
  }
}
