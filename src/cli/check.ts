import { readEnvironment } from '../config/read-environment.js'
import { checkFiles, type CheckReport } from './check/check-files.js'
import { countReport } from './check/count-report.js'
import { formatReport } from './check/format-report.js'
import { toJson } from './check/to-json.js'
import { EXIT } from './exit-codes.js'
import { printableJson } from './query/printable.js'

export interface CheckOptions {
  readonly config?: string
  readonly lintFatal: boolean
  readonly json: boolean
  readonly variables: string
}

/**
 * `tracebell check`: looks for what is wrong with rule files and settings, and for what is most likely not meant. Ends
 * with 2 where something is wrong, and with 1 for warnings that are to be fatal.
 */
export async function check(
  files: readonly string[],
  { config, lintFatal, json, variables }: CheckOptions,
): Promise<void> {
  const report = await checkFiles({ files, config, environment: readEnvironment(process.env, variables) })
  if (
    report.files.length === 0 &&
    report.settings === undefined &&
    report.unmatched.length === 0 &&
    report.tests.length === 0
  ) {
    process.stderr.write('nothing to check: expected files of rules, or a tracebell.yaml that names them\n')
    process.exitCode = EXIT.badInput
    return
  }
  process.stdout.write(json ? `${printableJson(toJson(report))}\n` : formatReport(report))
  process.exitCode = exitCodeOf(report, lintFatal)
}

function exitCodeOf(report: CheckReport, lintFatal: boolean): number {
  const { faults, warnings } = countReport(report)
  if (faults > 0) return EXIT.badInput
  return lintFatal && warnings > 0 ? EXIT.findings : EXIT.fine
}
