import type { AlertingRule, Comparison, ValueCondition } from '../../model/alerting-rule.js'
import { check, parse } from '../../traceql/index.js'

/** What a value is compared with, and what it is a number of. */
export interface RuleCondition extends ValueCondition {
  readonly unit: 'traces' | 'seconds' | 'none'
}

/**
 * The condition of a rule on one of its values; undefined for a metrics query that does not end in a comparison, and where
 * what is normal is learned.
 */
export function conditionOf(rule: AlertingRule): RuleCondition | undefined {
  if (rule.kind === 'match') return { comparison: '>=', value: rule.threshold, unit: 'traces' }
  if (rule.kind === 'anomaly') return undefined
  const { root } = check(parse(rule.expr))
  if (root.kind !== 'SeriesFilter') return undefined
  const { type, value } = root.value
  const isDuration = type === 'duration'
  const comparison: Comparison = root.operator
  return {
    comparison,
    value: isDuration ? Number(value) / NANOS_PER_SECOND : Number(value),
    unit: isDuration ? 'seconds' : 'none',
  }
}

const NANOS_PER_SECOND = 1e9

/** Orders values by how near they are to meeting a condition: those that meet it best come first. */
export function compareNearness(left: number, right: number, { comparison, value }: ValueCondition): number {
  switch (comparison) {
    case '>':
    case '>=':
      return right - left
    case '<':
    case '<=':
      return left - right
    case '=':
    case '!=':
      return Math.abs(left - value) - Math.abs(right - value)
  }
}
