import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { ConfigError, describeFault } from '../../config/config-error.js'
import { lintRules, type LintWarning } from '../../config/rules/lint/lint-rules.js'
import { loadRules, type LoadedRules } from '../../config/rules/load-rules.js'
import type { RuleFile } from '../../config/rules/parse-rule-file.js'
import { readSettings, type AllSettings } from '../../config/settings/read-settings.js'
import type { Environment } from '../../config/variables.js'

/** What is checked. */
export interface CheckRequest {
  /** Files, folders and patterns of rules, and `tracebell.yaml`; without any, what that file names. */
  readonly files: readonly string[]
  /** `tracebell.yaml` under another name. */
  readonly config: string | undefined
  readonly environment: Environment
}

export interface CheckedFile {
  readonly rules: RuleFile
  readonly warnings: readonly LintWarning[]
}

export interface CheckedSettings {
  readonly file: string
  /** A line each. */
  readonly faults: readonly string[]
}

/** What a check found. */
export interface CheckReport {
  readonly settings: CheckedSettings | undefined
  readonly files: readonly CheckedFile[]
  /** Files of unit tests, which are not rules. */
  readonly tests: readonly string[]
  /** Names and patterns that stand for no file. */
  readonly unmatched: readonly string[]
}

const DEFAULT_FILE = 'tracebell.yaml'
const SETTINGS_FILE = /^tracebell\.ya?ml$/
const DEFAULT_INTERVAL_MS = 30_000

/** Checks with the same loader as the daemon. Throws a `ConfigError` only for what has no file. */
export function checkFiles(request: CheckRequest): CheckReport {
  const named = request.files.find((file) => SETTINGS_FILE.test(basename(file)))
  const file = request.config ?? named ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined)
  const { settings, checked } = trySettings(file, request.environment)
  const loaded = load(request, settings)
  const warnings = lintRules(loaded.files, settings?.lint ?? {})
  return {
    settings: checked,
    files: loaded.files.map((rules) => ({
      rules,
      warnings: warnings.filter((each) => each.file === rules.file),
    })),
    tests: loaded.tests,
    unmatched: loaded.unmatched,
  }
}

interface TriedSettings {
  readonly settings: AllSettings | undefined
  readonly checked: CheckedSettings | undefined
}

function trySettings(file: string | undefined, environment: Environment): TriedSettings {
  if (file === undefined) return { settings: undefined, checked: undefined }
  try {
    return { settings: readSettings({ environment, file }), checked: { file, faults: [] } }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { settings: undefined, checked: { file, faults: error.faults.map(describeFault) } }
  }
}

/** Files that were named begin where the command runs, those of the settings where these are. */
function load({ files, config }: CheckRequest, settings: AllSettings | undefined): LoadedRules {
  const patterns = files.filter((file) => file === config || !SETTINGS_FILE.test(basename(file)))
  const intervalMs = settings?.rules.intervalMs ?? DEFAULT_INTERVAL_MS
  return patterns.length > 0
    ? loadRules(patterns, { folder: '.', intervalMs })
    : loadRules(settings?.rules.patterns ?? [], { folder: settings?.rules.folder ?? '.', intervalMs })
}
