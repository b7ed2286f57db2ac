import { loadRules } from '../../config/rules/load-rules.js'
import { describeFileFault } from '../../config/yaml/file-fault.js'
import type { RuleGroup } from '../../model/alerting-rule.js'
import { InputError } from '../query/input-error.js'

/**
 * The rule groups of some files, folders or patterns. Throws an `InputError` with every fault of theirs, or where there is
 * no rule at all.
 */
export function loadGroups(patterns: readonly string[], intervalMs: number): readonly RuleGroup[] {
  const { groups, faults, unmatched } = loadRules(patterns, { folder: process.cwd(), intervalMs })
  const problems = [
    ...faults.map(describeFileFault),
    ...unmatched.map((pattern) => `--rules: found no file for ${JSON.stringify(pattern)}`),
  ]
  if (problems.length > 0) throw new InputError(problems.join('\n'))
  if (groups.every(({ rules }) => rules.length === 0)) {
    throw new InputError(`--rules: found no rule in ${patterns.join(', ')}`)
  }
  return groups
}
