import type { LabelSet } from '../../model/label-set.js'

/** All labels, in the order of their names: `{alertname="Failing", service="cart"}`. */
export function formatLabels(labels: LabelSet): string {
  const shown = [...labels].toSorted(([left], [right]) => (left < right ? -1 : 1))
  return `{${shown.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`
}
