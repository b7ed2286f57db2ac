/** Who an alert or a sample is: names and values, as Prometheus has them. A map, so that no name can reach a prototype. */
export type LabelSet = ReadonlyMap<string, string>

/** Tells label sets apart: the same for the same labels in any order. */
export type Fingerprint = string

export function toFingerprint(labels: LabelSet): Fingerprint {
  return JSON.stringify([...labels].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}
