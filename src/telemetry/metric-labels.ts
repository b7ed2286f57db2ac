import type { LabelSet } from '../model/label-set.js'

/** Labels as prom-client takes them. Their names are checked, so that none can reach a prototype. */
export type MetricLabels = Readonly<Record<string, string>>

/**
 * Labels with names that Prometheus allows: what else they hold becomes `_`. Where names become the same their values
 * are joined by `;`, in the order of the names, as OpenTelemetry has it. `fixed` hides what has its name.
 */
export function toMetricLabels(labels: LabelSet, fixed: MetricLabels): MetricLabels {
  const values = new Map<string, string>()
  for (const [name, value] of [...labels].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const allowed = toAllowedName(name)
    const before = values.get(allowed)
    values.set(allowed, before === undefined ? value : `${before};${value}`)
  }
  for (const [name, value] of Object.entries(fixed)) values.set(name, value)
  return Object.fromEntries(values)
}

/** Names that begin with two underscores are Prometheus' own. */
function toAllowedName(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9_]/g, '_')
    .replace(/^__+/, '_')
    .replace(/^(?=\d|$)/, '_')
}
