import { toFingerprint } from '../../src/model/label-set.js'
import type { RuleMeasure } from '../../src/model/rule-sample.js'
import { SourceError } from '../../src/model/source-error.js'

/** What must be the same, however a rule is measured. */
export function verdict(measured: RuleMeasure | SourceError | undefined): string {
  if (measured === undefined || measured instanceof SourceError) return String(measured)
  const samples = measured.samples.map(({ labels, value, holds }) =>
    JSON.stringify([toFingerprint(labels), value, holds]),
  )
  return JSON.stringify([measured.completeness, measured.lateTraces ?? 0, ...samples.sort()])
}
