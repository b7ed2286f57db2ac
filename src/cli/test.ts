import { runTestFiles, type TestFileOutcome } from '../replay/unit-test/run-test-files.js'
import { EXIT } from './exit-codes.js'
import { toFailure } from './backtest/failure.js'
import { InputError } from './query/input-error.js'
import { printableJson } from './query/printable.js'
import { encodeOutcome } from './test/encode-outcome.js'
import { findTestFiles } from './test/find-test-files.js'
import { formatOutcome } from './test/format-outcome.js'
import { readRun } from './test/read-run.js'

export interface TestOptions {
  readonly run?: string
  readonly json: boolean
}

/** `tracebell test`: runs unit tests of rules. Ends with 1 where one fails, with 2 where files or options are wrong. */
export async function test(files: readonly string[], { run, json }: TestOptions): Promise<void> {
  try {
    // Ctrl-C ends the process itself: there is nothing to undo.
    const { signal } = new AbortController()
    const outcomes: TestFileOutcome[] = []
    for await (const outcome of runTestFiles(findTestFiles(files, process.cwd()), {
      folder: process.cwd(),
      isWanted: readRun(run),
      signal,
    })) {
      outcomes.push(outcome)
      if (!json) process.stdout.write(formatOutcome(outcome))
    }
    const totals = countTests(outcomes)
    if (json) process.stdout.write(`${printableJson({ ...totals, files: outcomes.map(encodeOutcome) })}\n`)
    else process.stdout.write(describeTotals(totals))
    process.exitCode = exitCodeOf(outcomes, totals)
    if (process.exitCode === EXIT.fine) assertAnyRan(totals, run)
  } catch (error) {
    const failure = toFailure(error)
    if (failure === undefined) throw error
    process.stderr.write(`${failure.text}\n`)
    process.exitCode = failure.exitCode
  }
}

interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

function countTests(outcomes: readonly TestFileOutcome[]): Totals {
  const tests = outcomes.flatMap((outcome) => outcome.tests)
  const passed = tests.filter(({ isPassed }) => isPassed).length
  return {
    passed,
    failed: tests.length - passed,
    skipped: outcomes.reduce((sum, outcome) => sum + outcome.skipped, 0),
  }
}

function describeTotals({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} left out`}\n`
}

/** A pipeline whose filter is mistyped is not to pass. Throws an `InputError` where no test was run. */
function assertAnyRan({ passed, failed, skipped }: Totals, run: string | undefined): void {
  if (passed + failed > 0 || run === undefined) return
  const all = skipped === 1 ? 'the only test' : `any of the ${skipped} tests`
  throw new InputError(`--run: ${JSON.stringify(run)} is not found in the name of ${all}; nothing was run`)
}

function exitCodeOf(outcomes: readonly TestFileOutcome[], { failed }: Totals): number {
  if (outcomes.some(({ faults }) => faults.length > 0)) return EXIT.badInput
  return failed > 0 ? EXIT.findings : EXIT.fine
}
