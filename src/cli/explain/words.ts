import type { ValueCondition } from '../../model/alerting-rule.js'
import type { LabelSet } from '../../model/label-set.js'
import type { Timestamp } from '../../model/time.js'
import type { RuleCondition } from '../../replay/explain/condition.js'
import { formatNumber } from '../query/format-series.js'

/** Labels as Prometheus writes them, without the name of the alert; undefined where there are none. */
export function describeLabels(labels: LabelSet): string | undefined {
  const shown = [...labels].filter(([name]) => name !== 'alertname')
  if (shown.length === 0) return undefined
  return `{${shown.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`
}

/** A moment with its day. */
export function describeMoment(at: Timestamp): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

const DAY_LENGTH = 'YYYY-MM-DD'.length

/** A moment by its time of day (UTC) where it is of the same day as `beside`. */
export function describeTime(at: Timestamp, beside: Timestamp): string {
  const [text, other] = [describeMoment(at), describeMoment(beside)]
  return text.slice(0, DAY_LENGTH) === other.slice(0, DAY_LENGTH) ? text.slice(DAY_LENGTH + 1, -1) : text
}

/** A value as people read it: `5`, `0.0123`, `1.52s`. */
export function describeValue(value: number, unit: RuleCondition['unit']): string {
  return unit === 'seconds' ? `${formatNumber(value)}s` : formatNumber(value)
}

/** `> 1.5s`. */
export function describeCondition(
  { comparison, value }: ValueCondition,
  unit: RuleCondition['unit'],
): string {
  return `${comparison} ${describeValue(value, unit)}`
}

/** `1 trace`, `2 traces`, `1 series`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}
