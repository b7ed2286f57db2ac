import { existsSync } from 'node:fs'
import { ConfigError } from '../config/config-error.js'
import { loadRules } from '../config/rules/load-rules.js'
import type { AllSettings } from '../config/settings/read-settings.js'
import { describePlace } from '../config/yaml/file-fault.js'
import type { UserRules } from '../ruler.js'

const DEFAULT_FILE = 'tracebell.yaml'

/** The file of settings: the one that is named, else `tracebell.yaml` where there is one. */
export function findSettingsFile(named: string | undefined): string | undefined {
  return named ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined)
}

/**
 * The rules that run: of the patterns that were given, else of those in the settings; undefined where there are none.
 * Throws a `ConfigError` with all faults of the files.
 */
export function readUserRules(
  { rules, links }: AllSettings,
  patterns: readonly string[] | undefined,
): UserRules | undefined {
  const settings = patterns === undefined ? rules : { ...rules, patterns, folder: '.' }
  if (settings.patterns.length === 0) return undefined
  const { groups, faults, unmatched, empty } = loadRules(settings.patterns, settings)
  const found = faults.map((fault) => ({ name: describePlace(fault), expected: fault.problem }))
  const missing = unmatched.map((pattern) => ({ name: pattern, expected: 'no rule file matches it' }))
  if (found.length + missing.length > 0) throw new ConfigError([...found, ...missing])
  return { settings, groups, links, emptyFiles: empty, signals: process }
}
