import type { AlertingRule } from '../../model/alerting-rule.js'
import type { Sample } from '../../model/rule-sample.js'
import { compareNearness, conditionOf } from '../../replay/explain/condition.js'

/** The samples with those first for which the condition holds, and of these and the others the best, or nearest, first. */
export function orderSamples(rule: AlertingRule, samples: readonly Sample[]): readonly Sample[] {
  const condition = conditionOf(rule)
  return samples.toSorted((left, right) => {
    if (left.holds !== right.holds) return left.holds ? -1 : 1
    return condition === undefined
      ? right.value - left.value
      : compareNearness(left.value, right.value, condition)
  })
}
