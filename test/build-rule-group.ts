import type { MetricRule, RuleGroup } from '../src/model/alerting-rule.js'
import { MINUTE_MS } from '../src/model/time.js'
import { metricRule } from './build-rule.js'

/** A rule called Slow that needs nothing but its condition. */
export function slowRule(parts: Partial<MetricRule> = {}): MetricRule {
  return metricRule('{} | rate() by (resource.service.name) > 10', { alert: 'Slow', ...parts })
}

/** A group of one rule, evaluated every minute. */
export function buildRuleGroup(parts: Partial<RuleGroup> = {}): RuleGroup {
  return { name: 'shop', file: 'shop.yaml', intervalMs: MINUTE_MS, rules: [slowRule()], ...parts }
}
