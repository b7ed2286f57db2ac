import { quote } from '../model/format-matchers.js'
import type { LabelSet } from '../model/label-set.js'
import type { GroupBy, Route } from '../model/route.js'

/** The labels by which an alert is grouped: those of `groupBy` that it has, in the order of their names. */
export function toGroupLabels(labels: LabelSet, groupBy: GroupBy): LabelSet {
  const wanted = groupBy === 'all' ? [...labels.keys()] : groupBy
  const entries = wanted.toSorted().flatMap((name): readonly (readonly [string, string])[] => {
    const value = labels.get(name)
    return value === undefined ? [] : [[name, value]]
  })
  return new Map(entries)
}

/** Who an AlertGroup is, as Alertmanager writes it: `{}/{severity="page"}:{alertname="Slow", service="shop"}`. */
export function toGroupKey(route: Route, groupLabels: LabelSet): string {
  const labels = [...groupLabels].map(
    ([name, value]) => `${PLAIN.test(name) ? name : quote(name)}=${quote(value)}`,
  )
  return `${route.key}:{${labels.join(', ')}}`
}

const PLAIN = /^[a-zA-Z_][a-zA-Z0-9_]*$/
