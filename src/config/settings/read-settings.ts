import { dirname } from 'node:path'
import { MINUTE_MS } from '../../model/time.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { ConfigError, type ConfigFault } from '../config-error.js'
import type { Config } from '../config.js'
import { parseDurationMs } from '../duration.js'
import { readConfig } from '../read-config.js'
import type { SourceReach } from '../rules/find-beyond-reach.js'
import type { LintOptions } from '../rules/lint/lint.js'
import type { Environment } from '../variables.js'
import { toConfigFault } from '../to-config-fault.js'
import { comparePlaces, type FileFault } from '../yaml/file-fault.js'
import { formatPath, type KeyPath } from '../yaml/key-path.js'
import { readDelivery, type DeliverySettings } from './read-delivery.js'
import { readLinks } from './read-links.js'
import { SETTING_VARIABLES, type SettingVariable } from './setting-variables.js'
import { readSettingsFile, type SettingsFile } from './settings-file.js'
import { SAMPLINGS } from './settings-schema.js'
import { showSetting } from './show-setting.js'

/** Everything that a user can set, from the file and from the environment. */
export interface AllSettings {
  readonly config: Config
  readonly rules: RuleSettings
  readonly links: TemplateLinks
  /** Whom to tell of alerts; undefined where nobody is named. */
  readonly delivery: DeliverySettings | undefined
  /** What is known of the source. */
  readonly lint: LintOptions
  /** The file, where nothing but comments stands in it, as while it is being written. */
  readonly emptyFile?: string | undefined
}

export interface RuleSettings {
  readonly patterns: readonly string[]
  /** Where patterns begin: the folder of the file. */
  readonly folder: string
  /** Of groups that do not say so. */
  readonly intervalMs: number
  /** How far back the source that is watched knows anything. */
  readonly reach?: SourceReach | undefined
}

export interface SettingsSource {
  readonly environment: Environment
  /** The path of `tracebell.yaml`; without it only the environment counts. */
  readonly file: string | undefined
}

/** What reading the settings came to. */
export interface TriedSettings {
  /** Undefined where there are faults. */
  readonly settings: AllSettings | undefined
  /** Which rules are meant, as far as it can be told, so that they can be looked at as well. */
  readonly rules: RuleSettings
  readonly faults: readonly ConfigFault[]
}

/**
 * Reads the settings: what the environment says wins over the file. Throws a `ConfigError` with all faults. Secrets are
 * in none of its messages.
 */
export function readSettings(source: SettingsSource): AllSettings {
  const { settings, faults } = tryReadSettings(source)
  if (settings === undefined) throw new ConfigError(faults)
  return settings
}

/** As `readSettings`, but that faults are told beside what could be read. */
export function tryReadSettings({ environment, file: path }: SettingsSource): TriedSettings {
  const given = withoutEmpty(environment)
  const file = path === undefined ? undefined : readSettingsFile(path)
  if (file === undefined || file.get !== undefined) return trySettings(given, file)
  const { rules, faults } = trySettings(given, undefined)
  return { settings: undefined, rules, faults: [...file.faults.map(toConfigFault), ...faults] }
}

function trySettings(given: Environment, file: SettingsFile | undefined): TriedSettings {
  const tried = tryConfig(file === undefined ? given : { ...readVariables(file), ...given })
  const links = file === undefined ? {} : readLinks(file)
  const delivery = file === undefined ? undefined : readDelivery(file)
  const faults = orderFaults(tried.faults, given, file)
  const { config } = tried
  const isRight = config !== undefined && faults.length === 0
  return {
    settings: isRight ? combine(config, { links, delivery }, file) : undefined,
    rules: readRules(config, file),
    faults,
  }
}

/** Those of the file as they stand in it, with the variables that it sets; then those of the environment. */
export function orderFaults(
  ofVariables: readonly ConfigFault[],
  given: Environment,
  file: SettingsFile | undefined,
): readonly ConfigFault[] {
  const placed = ofVariables.map((fault) =>
    file === undefined || Object.hasOwn(given, fault.name) ? undefined : placeFault(fault, file),
  )
  const inFile = [...(file?.faults ?? []), ...placed.filter((fault) => fault !== undefined)]
  return [
    ...inFile.toSorted(comparePlaces).map(toConfigFault),
    ...ofVariables.filter((_, index) => placed[index] === undefined),
  ]
}

/** An empty variable counts as unset. */
export function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, text]) => text?.trim()))
}

/** What the file says, as variables. */
export function readVariables(
  file: SettingsFile,
  settings: readonly SettingVariable[] = SETTING_VARIABLES,
): Environment {
  const variables = new Map<string, string>()
  for (const { path, variable, toText } of settings) {
    const value = file.get(path)
    if (value === undefined) continue
    const parsed = toText(value)
    if ('value' in parsed) variables.set(variable, parsed.value)
    else file.fault(path, parsed.expected)
  }
  return Object.fromEntries(variables)
}

interface TriedConfig {
  readonly config: Config | undefined
  readonly faults: readonly ConfigFault[]
}

function tryConfig(environment: Environment): TriedConfig {
  try {
    return { config: readConfig(environment), faults: [] }
  } catch (error) {
    if (error instanceof ConfigError) return { config: undefined, faults: error.faults }
    throw error
  }
}

/** A fault of a variable that stands in the file is one of the file; undefined where it does not stand there. */
function placeFault(fault: ConfigFault, file: SettingsFile): FileFault | undefined {
  const path = SETTING_VARIABLES.find(({ variable }) => variable === fault.name)?.path
  const value = path === undefined ? undefined : file.get(path)
  if (path === undefined || value === undefined) return undefined
  const found =
    fault.found === undefined ? '' : `found ${showSetting(value, path)}, expected what ${fault.name} takes: `
  return { ...file.yaml.placeOf(path), key: formatPath(path), problem: `${found}${fault.expected}` }
}

function combine(
  config: Config,
  { links, delivery }: Pick<AllSettings, 'links' | 'delivery'>,
  file: SettingsFile | undefined,
): AllSettings {
  const get = (...path: KeyPath): unknown => file?.get(path)
  const isEmpty = file !== undefined && (file.yaml.value ?? null) === null
  return {
    config,
    rules: readRules(config, file),
    links,
    delivery,
    lint: {
      sampling: SAMPLINGS.find((each) => each === get('source', 'sampling')),
      // Spans that are received are answered at once.
      sourceLagMs: toMs(get('source', 'lag')) ?? (config.mode === 'embedded' ? 0 : undefined),
      reach: reachOf(config),
      isAsked: config.mode === 'tempo',
    },
    emptyFile: isEmpty ? file.yaml.file : undefined,
  }
}

/** Of groups that do not say so, where the settings cannot be read. */
const DEFAULT_INTERVAL_MS = MINUTE_MS / 2

function readRules(config: Config | undefined, file?: SettingsFile): RuleSettings {
  const ofChecks = config?.alerting.intervalMs ?? DEFAULT_INTERVAL_MS
  return {
    patterns: readPatterns(file?.get(['rule_files'])),
    folder: file === undefined ? '.' : dirname(file.yaml.file),
    intervalMs: toMs(file?.get(['evaluation_interval'])) ?? ofChecks,
    reach: config === undefined ? undefined : reachOf(config),
  }
}

/** A Tempo refuses to search longer than `max_duration`, which is 168 h where nobody has set it. */
const TEMPO_REACH: SourceReach = {
  ms: 7 * 24 * 60 * MINUTE_MS,
  setBy: 'a Tempo searches at once (`max_duration` of its query frontend, 168h by default)',
}

function reachOf({ mode, window }: Config): SourceReach {
  if (mode !== 'embedded') return TEMPO_REACH
  return { ms: window.maxAgeMs, setBy: 'received spans are kept (TRACEBELL_WINDOW_MAX_AGE_SECS)' }
}

function readPatterns(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((pattern) => typeof pattern === 'string') : []
}

function toMs(duration: unknown): number | undefined {
  return typeof duration === 'string' ? parseDurationMs(duration) : undefined
}
