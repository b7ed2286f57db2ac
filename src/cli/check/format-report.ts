import { countFaults, describeFileFault } from '../../config/yaml/file-fault.js'
import type { LintWarning } from '../../config/rules/lint/lint-rules.js'
import { printable } from '../query/printable.js'
import type { CheckedFile, CheckedSettings, CheckReport } from './check-files.js'
import { countReport } from './count-report.js'

/** The report for people, in the manner of promtool. */
export function formatReport(report: CheckReport): string {
  const parts = [
    ...(report.settings === undefined ? [] : [formatSettings(report.settings)]),
    ...report.files.map(formatFile),
    ...report.tests.map((file) => `Skipping ${file}: a file of unit tests`),
    ...report.unmatched.map((pattern) => `Checking ${pattern}\n  FAILED: no file matches`),
    formatCounts(report),
  ]
  return `${parts.join('\n\n').split('\n').map(printable).join('\n')}\n`
}

function formatSettings({ file, faults, warnings }: CheckedSettings): string {
  const result =
    faults.length === 0
      ? `SUCCESS: the settings can be used${countWarnings(warnings)}`
      : `FAILED: ${plural(faults.length, 'fault')}`
  return [`Checking ${file}`, `  ${result}`, ...faults.map(indent), ...warnings.map(formatWarning)].join('\n')
}

function countWarnings(warnings: readonly LintWarning[]): string {
  return warnings.length === 0 ? '' : `, ${plural(warnings.length, 'warning')}`
}

function formatWarning(warning: LintWarning): string {
  return indent(`WARNING (${warning.lint}) ${describeFileFault(warning)}`)
}

function formatFile({ rules: { file, groups, faults }, warnings }: CheckedFile): string {
  const rules = groups.reduce((sum, group) => sum + group.rules.length, 0)
  const found = `${plural(rules, 'rule')} found in ${plural(groups.length, 'group')}`
  const result =
    faults.length === 0
      ? `SUCCESS: ${found}${countWarnings(warnings)}`
      : `FAILED: ${plural(countFaults(faults), 'fault')}`
  return [
    `Checking ${file}`,
    `  ${result}`,
    ...faults.map((fault) => indent(describeFileFault(fault))),
    ...warnings.map(formatWarning),
  ].join('\n')
}

function formatCounts(report: CheckReport): string {
  const { files, rules, warnings, faults } = countReport(report)
  return [
    plural(files, 'file'),
    plural(rules, 'rule'),
    plural(faults, 'fault'),
    plural(warnings, 'warning'),
  ].join(', ')
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
