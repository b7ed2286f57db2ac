import { basename, isAbsolute, join } from 'node:path'
import { describeFault } from '../../config/config-error.js'
import { lintRules, type LintWarning } from '../../config/rules/lint/lint-rules.js'
import { loadRules, type LoadedRules } from '../../config/rules/load-rules.js'
import type { RuleFile } from '../../config/rules/parse-rule-file.js'
import { hasWildcard } from '../../config/rules/wildcard.js'
import {
  tryReadSettings,
  type RuleSettings,
  type TriedSettings,
} from '../../config/settings/read-settings.js'
import { findUnreadFiles } from '../../config/settings/find-unread-files.js'
import { describeFileFault } from '../../config/yaml/file-fault.js'
import type { Environment } from '../../config/variables.js'
import { findMissingSecrets } from '../../find-missing-secrets.js'
import { findSettingsFile } from '../find-settings-file.js'

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
  readonly warnings: readonly LintWarning[]
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

const SETTINGS_FILE = /^tracebell\.ya?ml$/
const DEFAULT_INTERVAL_MS = 30_000

/** Checks with the same loader as the daemon. Rejects with a `ConfigError` only for what has no file. */
export async function checkFiles(request: CheckRequest): Promise<CheckReport> {
  const named = request.files.find((file) => SETTINGS_FILE.test(basename(file)))
  const file = request.config ?? named ?? findSettingsFile(undefined)
  const tried = file === undefined ? undefined : tryReadSettings({ environment: request.environment, file })
  const loaded = load(request, tried?.rules)
  const warnings = lintRules(loaded.files, tried?.settings?.lint ?? {})
  return {
    settings: file === undefined || tried === undefined ? undefined : await toChecked(file, tried, request),
    files: loaded.files.map((rules) => ({
      rules,
      warnings: warnings.filter((each) => each.file === rules.file),
    })),
    tests: loaded.tests,
    unmatched: loaded.unmatched,
  }
}

async function toChecked(
  file: string,
  { settings, faults }: TriedSettings,
  { environment }: CheckRequest,
): Promise<CheckedSettings> {
  const missing = await findMissingSecrets({ delivery: settings?.delivery, secrets: environment })
  const unread = findUnreadFiles(settings?.delivery)
  return {
    file,
    faults: [...faults.map(describeFault), ...unread.map(describeFileFault)],
    warnings: missing.map((secret) => ({ ...secret, lint: 'missing-secret' })),
  }
}

/** Files that were named begin where the command runs, those of the settings where these are. */
function load({ files, config }: CheckRequest, rules: RuleSettings | undefined): LoadedRules {
  const patterns = files.filter((file) => file === config || !SETTINGS_FILE.test(basename(file)))
  const intervalMs = rules?.intervalMs ?? DEFAULT_INTERVAL_MS
  return patterns.length > 0
    ? loadRules(patterns, { folder: '.', intervalMs })
    : loadRules(...fromHere(rules?.patterns ?? [], rules?.folder ?? '.', intervalMs))
}

/** Patterns as they are seen from where the command runs, so that the names it shows can be opened there. */
function fromHere(
  patterns: readonly string[],
  folder: string,
  intervalMs: number,
): Parameters<typeof loadRules> {
  // The name of a folder would become a pattern.
  if (folder === '.' || hasWildcard(folder)) return [patterns, { folder, intervalMs }]
  const seen = patterns.map((pattern) => (isAbsolute(pattern) ? pattern : join(folder, pattern)))
  return [seen, { folder: '.', intervalMs }]
}
