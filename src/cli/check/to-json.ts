import type { FileFault } from '../../config/yaml/file-fault.js'
import type { CheckReport } from './check-files.js'
import { countReport } from './count-report.js'

/** The report for machines. */
export function toJson(report: CheckReport): unknown {
  return {
    ...countReport(report),
    settings: report.settings ?? null,
    ruleFiles: report.files.map(({ rules: { file, groups, faults }, warnings }) => ({
      file,
      groups: groups.map(({ name, rules }) => ({
        name,
        rules: rules.map(({ alert, kind }) => ({ alert, kind })),
      })),
      faults: faults.map(toFault),
      warnings: warnings.map((warning) => ({ lint: warning.lint, ...toFault(warning) })),
    })),
    skipped: report.tests,
    unmatched: report.unmatched,
  }
}

function toFault({ line, column, key, problem, caret }: FileFault): object {
  return { line, column, key, problem, caret }
}
