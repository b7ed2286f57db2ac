import type { LabelSet } from '../../model/label-set.js'

/** The labels of an alert, without its name: `{service="cart"}`. */
export function formatLabels(labels: LabelSet): string {
  const shown = [...labels].filter(([name]) => name !== 'alertname')
  return `{${shown.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`
}
