import type { AlertingRule } from '../../model/alerting-rule.js'

/** No value meets it. */
const NEVER = { comparison: '<', value: Number.NEGATIVE_INFINITY } as const

/**
 * The rule, measured so that samples come with their traces also where its condition does not hold for them, as they do
 * for a rule that fires until some other condition is met. It measures the same, and is not to be judged.
 */
export function showAll(rule: AlertingRule): AlertingRule {
  return rule.resolveWhen === undefined ? { ...rule, resolveWhen: NEVER } : rule
}
