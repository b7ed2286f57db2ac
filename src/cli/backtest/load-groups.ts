import { readEnvironment } from '../../config/read-environment.js'
import { loadRules } from '../../config/rules/load-rules.js'
import { readSettings, type RuleSettings } from '../../config/settings/read-settings.js'
import { describeFileFault } from '../../config/yaml/file-fault.js'
import type { RuleGroup } from '../../model/alerting-rule.js'
import { SECOND_MS } from '../../model/time.js'
import { findSettingsFile } from '../find-settings-file.js'
import { InputError } from '../query/input-error.js'
import { readDuration } from '../query/read-times.js'

/** Which rules are meant. */
export interface RulesOptions {
  /** Files, folders or patterns; without any, those that the settings name. */
  readonly rules?: readonly string[]
  /** How often groups are evaluated that do not say so. */
  readonly interval?: string
  readonly config?: string
  readonly variables: string
}

const DEFAULT_INTERVAL_MS = 30 * SECOND_MS

/**
 * The rule groups that are meant. Throws an `InputError` with every fault of theirs, or where there is no rule at all, and a
 * `ConfigError` for settings that are faulty.
 */
export function loadGroups(options: RulesOptions): readonly RuleGroup[] {
  const { patterns, folder, intervalMs } = chooseRules(options)
  const { groups, faults, unmatched } = loadRules(patterns, { folder, intervalMs })
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

function chooseRules({ rules, interval, config, variables }: RulesOptions): RuleSettings {
  const given = interval === undefined ? undefined : readDuration('--interval', interval)
  if (rules !== undefined)
    return { patterns: rules, folder: process.cwd(), intervalMs: given ?? DEFAULT_INTERVAL_MS }
  const file = findSettingsFile(config)
  if (file === undefined)
    throw new InputError('--rules: expected rule files, as there is no tracebell.yaml here that names any')
  const settings = readSettings({ environment: readEnvironment(process.env, variables), file }).rules
  if (settings.patterns.length === 0)
    throw new InputError(`--rules: expected rule files, as ${file} names none in rule_files`)
  return given === undefined ? settings : { ...settings, intervalMs: given }
}
