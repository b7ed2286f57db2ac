import type { LabelSet } from '../../model/label-set.js'

/** The names and values that all of these have in common, in the order of the first. */
export function commonLabels(sets: readonly LabelSet[]): LabelSet {
  const [first = new Map<string, string>(), ...others] = sets
  return new Map([...first].filter(([name, value]) => others.every((each) => each.get(name) === value)))
}
