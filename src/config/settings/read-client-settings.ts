import type { ConfigFault } from '../config-error.js'
import { listenAddress, type ListenAddress } from '../parsers.js'
import { readAccess, type AccessConfig } from '../read-access.js'
import { API_PORT } from '../read-config.js'
import { toConfigFault } from '../to-config-fault.js'
import { createVariableReader, type Environment } from '../variables.js'
import { formatPath } from '../yaml/key-path.js'
import {
  orderFaults,
  readVariables,
  tryReadSettings,
  withoutEmpty,
  type SettingsSource,
} from './read-settings.js'
import { SETTING_VARIABLES, type SettingVariable } from './setting-variables.js'
import { readSettingsFile, type SettingsFile } from './settings-file.js'

/** What a command needs to ask a running tracebell. */
export interface ClientSettings {
  /** Where its API listens; undefined where it is off. */
  readonly api: ListenAddress | undefined
  readonly access: AccessConfig
  /** Of these settings alone. What is faulty has its default, or is left out. */
  readonly faults: readonly ConfigFault[]
  /** How many faults all other settings have. */
  readonly otherFaults: number
}

const API_LISTEN = 'TRACEBELL_API_LISTEN'
const NEEDED: ReadonlySet<string> = new Set([
  API_LISTEN,
  'TRACEBELL_TOKEN',
  'TRACEBELL_TOKEN_FILE',
  'TRACEBELL_USERNAME',
  'TRACEBELL_PASSWORD',
  'TRACEBELL_PASSWORD_FILE',
])

/**
 * Reads where a running tracebell is asked, and with what, from settings that may be faulty elsewhere: whoever is called
 * at night must be able to ask while somebody else edits receivers. Never throws over what it finds.
 */
export function readClientSettings(source: SettingsSource): ClientSettings {
  const given = withoutEmpty(source.environment)
  const file = source.file === undefined ? undefined : readSettingsFile(source.file)
  const all = tryReadSettings(source).faults.length
  if (file === undefined || file.get !== undefined) return readFrom(given, file, all)
  const settings = readFrom(given, undefined, all)
  // Where the environment names the place, what cannot be read of the file is not needed.
  const needed = Object.hasOwn(given, API_LISTEN) ? [] : file.faults.map(toConfigFault)
  return withFaults(settings, [...needed, ...settings.faults], all)
}

function readFrom(given: Environment, file: SettingsFile | undefined, all: number): ClientSettings {
  // What the environment says wins, so that what the file says of it is not looked at.
  const wanted = SETTING_VARIABLES.filter(
    ({ variable }) => NEEDED.has(variable) && !Object.hasOwn(given, variable),
  )
  const read = createVariableReader(file === undefined ? given : { ...readVariables(file, wanted), ...given })
  const api = read.withDefault(API_LISTEN, listenAddress, { host: '127.0.0.1', port: API_PORT })
  const access = readAccess(read)
  const faults = orderFaults(read.faults, given, file && { ...file, faults: faultsOf(file, wanted) })
  return withFaults({ api: api === 'off' ? undefined : api, access }, faults, all)
}

/** Those at settings, in them, or in what they are in. */
function faultsOf(file: SettingsFile, settings: readonly SettingVariable[]): SettingsFile['faults'] {
  const keys = settings.map(({ path }) => formatPath(path))
  return file.faults.filter(({ key }) =>
    keys.some(
      (each) =>
        each === key ||
        each.startsWith(`${key}.`) ||
        key.startsWith(`${each}.`) ||
        key.startsWith(`${each}[`),
    ),
  )
}

function withFaults(
  { api, access }: Pick<ClientSettings, 'api' | 'access'>,
  faults: readonly ConfigFault[],
  all: number,
): ClientSettings {
  return { api, access, faults, otherFaults: Math.max(0, all - faults.length) }
}
