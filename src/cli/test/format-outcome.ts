import { formatDurationMs } from '../../config/duration.js'
import { describeFileFault } from '../../config/yaml/file-fault.js'
import type { LabelSet } from '../../model/label-set.js'
import type { CheckOutcome, TestFileOutcome, TestOutcome } from '../../replay/unit-test/run-test-files.js'
import { formatTelling } from './format-telling.js'
import { formatLabels } from './format-labels.js'
import { printable } from '../query/printable.js'

/** What came of a file of tests, as people read it: a line a test, and below one that failed what differs. */
export function formatOutcome({ file, faults, tests }: TestFileOutcome): string {
  const lines =
    faults.length > 0
      ? faults.flatMap((fault) => describeFileFault(fault).split('\n'))
      : [file, ...tests.flatMap(formatTest)]
  return lines.map((line) => `${printable(line)}\n`).join('')
}

function formatTest({ name, isPassed, checks, tellings }: TestOutcome): readonly string[] {
  const failed = checks.filter((check) => !check.isPassed)
  const untold = tellings.filter((telling) => !telling.isPassed)
  const title = `  ${isPassed ? 'ok  ' : 'FAIL'} ${name}`
  return [title, ...failed.flatMap(formatCheck), ...untold.flatMap(formatTelling)]
}

function formatCheck({ expected, comparison, errors, found }: CheckOutcome): readonly string[] {
  const { missing, unexpected, differing } = comparison
  const count = `expected ${expected.alerts.length} firing, got ${found.length}`
  return [
    `       at ${formatDurationMs(expected.atMs)}, ${expected.alert}: ${count}`,
    ...errors.map((error) => `         could not be evaluated: ${error}`),
    ...missing.flatMap((alert) => [
      `         - ${formatLabels(alert.labels)}`,
      ...formatTexts('-', alert.annotations),
    ]),
    ...unexpected.flatMap((alert) => [
      `         + ${formatLabels(alert.labels)}`,
      ...formatTexts('+', alert.annotations),
    ]),
    ...differing.flatMap(({ labels, expected: wanted, found: got }) => [
      `           ${formatLabels(labels)}`,
      ...diffTexts(wanted.annotations ?? got.annotations, got.annotations),
      ...(wanted.value === undefined || wanted.value === got.value
        ? []
        : [`         -   value ${wanted.value}`, `         +   value ${got.value}`]),
    ]),
  ]
}

function formatTexts(sign: '-' | '+', texts: LabelSet | undefined): readonly string[] {
  return Array.from(texts ?? [], ([name, value]) => `         ${sign}   ${name}: ${JSON.stringify(value)}`)
}

/** The annotations in which the two differ. */
function diffTexts(expected: LabelSet, found: LabelSet): readonly string[] {
  const only = (texts: LabelSet, other: LabelSet): LabelSet =>
    new Map([...texts].filter(([name, value]) => other.get(name) !== value))
  return [...formatTexts('-', only(expected, found)), ...formatTexts('+', only(found, expected))]
}
