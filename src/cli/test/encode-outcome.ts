import { formatDurationMs } from '../../config/duration.js'
import type { LabelSet } from '../../model/label-set.js'
import { encodeTelling } from './encode-telling.js'
import type { CheckOutcome, TestFileOutcome } from '../../replay/unit-test/run-test-files.js'

/** What came of a file of tests, as machines read it. */
export function encodeOutcome({ file, faults, tests, skipped }: TestFileOutcome): object {
  return {
    file,
    faults,
    skipped,
    tests: tests.map(({ name, isPassed, checks, tellings }) => ({
      name,
      passed: isPassed,
      checks: checks.map(encodeCheck),
      ...(tellings.length === 0 ? {} : { notifications: tellings.map(encodeTelling) }),
    })),
  }
}

function encodeCheck({ expected, found, errors, isPassed }: CheckOutcome): object {
  return {
    evalTime: formatDurationMs(expected.atMs),
    alertname: expected.alert,
    passed: isPassed,
    errors,
    expected: expected.alerts.map(encodeAlert),
    got: found.map(encodeAlert),
  }
}

interface Alert {
  readonly labels: LabelSet
  readonly annotations: LabelSet | undefined
  readonly value: number | undefined
}

/** What is undefined is left out. */
function encodeAlert({ labels, annotations, value }: Alert): object {
  return {
    labels: Object.fromEntries(labels),
    ...(annotations === undefined ? {} : { annotations: Object.fromEntries(annotations) }),
    ...(value === undefined ? {} : { value }),
  }
}
