import type { FileFault } from '../../config/yaml/file-fault.js'
import type { LintWarning } from '../../config/rules/lint/lint-rules.js'
import type { CheckedSettings, CheckReport } from './check-files.js'
import { countReport } from './count-report.js'

/** The report for machines. */
export function toJson(report: CheckReport): unknown {
  return {
    ...countReport(report),
    settings: report.settings === undefined ? null : encodeSettings(report.settings),
    ruleFiles: report.files.map(({ rules: { file, groups, faults }, warnings }) => ({
      file,
      groups: groups.map(({ name, rules }) => ({
        name,
        rules: rules.map(({ alert, kind }) => ({ alert, kind })),
      })),
      faults: faults.map(toFault),
      warnings: warnings.map(toWarning),
    })),
    skipped: report.tests,
    unmatched: report.unmatched,
  }
}

function encodeSettings({ file, faults, warnings }: CheckedSettings): object {
  return { file, faults, warnings: warnings.map(toWarning) }
}

function toWarning(warning: LintWarning): object {
  return { lint: warning.lint, ...toFault(warning) }
}

function toFault({ line, column, key, problem, caret }: FileFault): object {
  return { line, column, key, problem, caret }
}
