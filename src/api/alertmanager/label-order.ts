import type { LabelSet } from '../../model/label-set.js'

/** The order in which Alertmanager shows what has labels: those with fewer first, then by names and values. */
export function compareLabels(a: LabelSet, b: LabelSet): number {
  if (a.size !== b.size) return a.size - b.size
  for (const name of [...new Set([...a.keys(), ...b.keys()])].toSorted()) {
    const [left, right] = [a.get(name), b.get(name)]
    if (left === right) continue
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1
    return left < right ? -1 : 1
  }
  return 0
}
