import type { LabelSet } from '../../model/label-set.js'
import { toWellFormed } from '../text/clean-text.js'

/** Labels as the object that JSON has them in, by name as Go sorts them. No name reaches a prototype. */
export function sortedObject(labels: LabelSet): Readonly<Record<string, string>> {
  const entries = [...labels].map(([name, value]) => [toWellFormed(name), toWellFormed(value)] as const)
  return Object.fromEntries(entries.toSorted(([a], [b]) => compareText(a, b)))
}

/** The order of the bytes of UTF-8. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
