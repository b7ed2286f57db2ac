import { DEFAULT_ANOMALIES } from '../../src/config/rules/default-anomalies.js'
import type { AnomalyRule } from '../../src/model/alerting-rule.js'

/** The rule on what is unlike normal that needs no configuration, but for what is said here. */
export function createAnomalyRule(fields: Partial<AnomalyRule> = {}): AnomalyRule {
  const [rule] = DEFAULT_ANOMALIES.rules
  if (rule?.kind !== 'anomaly') throw new Error('the default rules begin with none of this kind')
  return { ...rule, ...fields }
}
