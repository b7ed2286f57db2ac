import type { FileFault } from '../../config/yaml/file-fault.js'
import { compareAlerts, isPassed, type Comparison } from './compare-alerts.js'
import { loadTestFile } from './load-test-file.js'
import { compareNotifications, type NotificationComparison } from './compare-notifications.js'
import type { RuleTest } from './rule-test.js'
import { runRuleTest, type CheckResult, type RuleTestOptions, type TellingResult } from './run-rule-test.js'

export type { Comparison }

/** What came of one expectation. */
export interface CheckOutcome extends CheckResult {
  readonly isPassed: boolean
  readonly comparison: Comparison
}

/** What came of an expectation of what a receiver is told. */
export interface TellingOutcome extends TellingResult {
  readonly isPassed: boolean
  readonly comparison: NotificationComparison
}

export interface TestOutcome {
  readonly name: string
  readonly isPassed: boolean
  readonly checks: readonly CheckOutcome[]
  readonly tellings: readonly TellingOutcome[]
}

export interface TestFileOutcome {
  readonly file: string
  /** What is wrong with the file, or with the rules that it names; no test is run then. */
  readonly faults: readonly FileFault[]
  readonly tests: readonly TestOutcome[]
  /** Tests that were left out. */
  readonly skipped: number
}

export interface RunTestFilesOptions {
  /** Where the names of files begin. */
  readonly folder: string
  /** Whether a test of this name is run. */
  readonly isWanted: (name: string) => boolean
  readonly signal: AbortSignal
}

/** Runs the unit tests of some files, one after the other. */
export async function* runTestFiles(
  files: readonly string[],
  options: RunTestFilesOptions,
): AsyncGenerator<TestFileOutcome> {
  for (const file of files) yield await runTestFile(file, options)
}

async function runTestFile(
  file: string,
  { folder, isWanted, signal }: RunTestFilesOptions,
): Promise<TestFileOutcome> {
  const loaded = loadTestFile(file, folder)
  const wanted = loaded.tests.filter(({ name }) => isWanted(name))
  const tests: TestOutcome[] = []
  for (const test of wanted) tests.push(await runTest(test, { ...loaded, signal }))
  return { file, faults: loaded.faults, tests, skipped: loaded.tests.length - wanted.length }
}

async function runTest(test: RuleTest, options: RuleTestOptions): Promise<TestOutcome> {
  const results = await runRuleTest(test, options)
  const checks = results.checks.map((result) => ({
    ...result,
    isPassed: isPassed(result),
    comparison: compareAlerts(result),
  }))
  const tellings = results.tellings.map(toTellingOutcome)
  const areAllPassed = [...checks, ...tellings].every((each) => each.isPassed)
  return { name: test.name, isPassed: areAllPassed, checks, tellings }
}

function toTellingOutcome(result: TellingResult): TellingOutcome {
  const comparison = compareNotifications(result.expected.notifications, result.found, result.start)
  const { missing, unexpected, differing } = comparison
  const differences = missing.length + unexpected.length + differing.length
  return { ...result, comparison, isPassed: differences === 0 }
}
