import { ConfigError, type ConfigFault } from '../config-error.js'
import type { Config } from '../config.js'
import { DEFAULT_ANOMALIES } from '../rules/default-anomalies.js'
import { loadRules, type LoadedRules } from '../rules/load-rules.js'
import { findUnreadFiles } from '../settings/find-unread-files.js'
import { tryReadSettings, type AllSettings, type RuleSettings } from '../settings/read-settings.js'
import { toConfigFault } from '../to-config-fault.js'
import type { Environment } from '../variables.js'
import type { Setup, SetupFiles, UserRules } from './setup.js'

export interface SetupSource {
  readonly environment: Environment
  /** The path of `tracebell.yaml`; without it only the environment counts. */
  readonly file: string | undefined
  /** Rule files, folders and patterns in place of those in the settings. */
  readonly patterns?: readonly string[] | undefined
  /** Whether receivers are made of it, so that the files that they need for that must be there. */
  readonly makesReceivers?: boolean
}

/** What reading a setup came to. */
export interface ReadSetup {
  /** Undefined where there are faults. */
  readonly setup: Setup | undefined
  /** Of the settings and of all rule files. */
  readonly faults: readonly ConfigFault[]
  readonly files: SetupFiles
}

/** Reads settings and rules. Where the settings have faults the rules are looked at all the same, so that all are told. */
export function readSetup({ environment, file, patterns, makesReceivers }: SetupSource): ReadSetup {
  const { settings, rules: named, faults } = tryReadSettings({ environment, file })
  const rules = patterns === undefined ? named : { ...named, patterns, folder: '.' }
  const loaded = loadRules(rules.patterns, rules)
  const unread = makesReceivers === true ? findUnreadFiles(settings?.delivery) : []
  const found = [...faults, ...unread.map(toConfigFault), ...findFaults(loaded)]
  const isRight = settings !== undefined && found.length === 0
  return {
    setup: isRight ? toSetup(settings, toUserRules(rules, loaded, settings.config), environment) : undefined,
    faults: found,
    files: { file, patterns: rules.patterns, folder: rules.folder },
  }
}

/** As `readSetup`; throws a `ConfigError` where there are faults. */
export function requireSetup(source: SetupSource): Setup {
  const { setup, faults } = readSetup(source)
  if (setup === undefined) throw new ConfigError(faults)
  return setup
}

/** The faults of rule files, and the patterns that no file matches. */
export function findFaults({ faults, unmatched }: LoadedRules): readonly ConfigFault[] {
  const missing = unmatched.map((pattern) => ({ name: pattern, expected: 'no rule file matches it' }))
  return [...faults.map(toConfigFault), ...missing]
}

function toUserRules(
  settings: RuleSettings,
  { groups, empty }: LoadedRules,
  { anomalyDefaults }: Config,
): UserRules | undefined {
  if (settings.patterns.length === 0 && !anomalyDefaults) return undefined
  return {
    settings,
    groups: anomalyDefaults ? [...groups, DEFAULT_ANOMALIES] : groups,
    emptyFiles: empty,
  }
}

function toSetup(settings: AllSettings, rules: UserRules | undefined, secrets: Environment): Setup {
  const { config, delivery, links, emptyFile } = settings
  return { config, rules, delivery, links, secrets, emptyFile }
}
