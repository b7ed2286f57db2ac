import { toFingerprint, type LabelSet } from '../../model/label-set.js'
import type { ExpectedAlert } from './rule-test.js'
import type { CheckResult, FoundAlert } from './run-rule-test.js'

/** An alert that is there, but not as it was expected. */
export interface DifferingAlert {
  readonly labels: LabelSet
  readonly expected: ExpectedAlert
  readonly found: FoundAlert
}

/** How what was found differs from what was expected. */
export interface Comparison {
  readonly missing: readonly ExpectedAlert[]
  readonly unexpected: readonly FoundAlert[]
  readonly differing: readonly DifferingAlert[]
}

/** Alerts are the same that have the same labels; of several of them each is taken once. */
export function compareAlerts({ expected, found }: Pick<CheckResult, 'expected' | 'found'>): Comparison {
  const left = [...found]
  const missing: ExpectedAlert[] = []
  const differing: DifferingAlert[] = []
  for (const alert of expected.alerts) {
    const fingerprint = toFingerprint(alert.labels)
    const index = left.findIndex(({ labels }) => toFingerprint(labels) === fingerprint)
    const [match] = index < 0 ? [] : left.splice(index, 1)
    if (match === undefined) missing.push(alert)
    else if (!isAsExpected(alert, match))
      differing.push({ labels: alert.labels, expected: alert, found: match })
  }
  return { missing, unexpected: left, differing }
}

/** Nobody writes down all digits of a quotient. */
const TOLERANCE = 1e-9

function isAsExpected({ annotations, value }: ExpectedAlert, found: FoundAlert): boolean {
  if (annotations !== undefined && toFingerprint(annotations) !== toFingerprint(found.annotations))
    return false
  return value === undefined || Math.abs(value - found.value) <= TOLERANCE * Math.max(1, Math.abs(value))
}

/** Whether all is as it was expected, and could be evaluated. */
export function isPassed(result: CheckResult): boolean {
  const { missing, unexpected, differing } = compareAlerts(result)
  return result.errors.length === 0 && missing.length + unexpected.length + differing.length === 0
}
