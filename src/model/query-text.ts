import type { AlertingRule } from './alerting-rule.js'

/** What a rule asks, as one text for those who list rules: TraceQL, or what may be unlike normal over which spans. */
export function toQueryText(rule: AlertingRule): string {
  return rule.kind === 'anomaly' ? `anomaly(${rule.signals.join(', ')}) over ${rule.expr}` : rule.expr
}
