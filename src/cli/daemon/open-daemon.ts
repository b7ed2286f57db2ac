import { toAuthorization } from '../../config/authorization.js'
import { ConfigError } from '../../config/config-error.js'
import { baseUrl, formatAddress } from '../../config/parsers.js'
import { readEnvironment } from '../../config/read-environment.js'
import { readClientSettings, type ClientSettings } from '../../config/settings/read-client-settings.js'
import { reachable } from '../query/choose-source.js'
import { InputError } from '../query/input-error.js'
import { findSettingsFile } from '../find-settings-file.js'
import { createDaemonClient, type DaemonClient } from './daemon-client.js'
import { say } from './end-well.js'

/** How commands find the running tracebell. */
export interface DaemonOptions {
  /** Its address; by default the one that the configuration says. */
  readonly url?: string
  readonly config?: string
  readonly variables: string
}

/**
 * The running tracebell that the options and the configuration name, asked with the credentials of the configuration.
 * Faults of what else is configured are told in a line on stderr and keep nobody from asking, and with `url` no fault
 * does. Throws an `InputError`, or a `ConfigError` where the address or the credentials are faulty.
 */
export function openDaemon({ url, config: file, variables }: DaemonOptions): DaemonClient {
  const environment = readEnvironment(process.env, variables)
  const settings = readClientSettings({ environment, file: findSettingsFile(file) })
  if (url === undefined && settings.faults.length > 0) throw new ConfigError(settings.faults)
  const target = url === undefined ? findUrl(settings) : readUrl(url)
  warnOfFaults(settings)
  return createDaemonClient({ url: target, authorization: toAuthorization(settings.access) })
}

/** In one line, as what is asked for matters more. */
function warnOfFaults({ faults, otherFaults }: ClientSettings): void {
  const all = faults.length + otherFaults
  if (all === 0) return
  const where = faults.length === 0 ? 'the rest of the settings has' : 'the settings have'
  const without = faults.length === 0 ? '' : '; asked without the credentials that cannot be read'
  say(`warning: ${where} ${all} fault${all === 1 ? '' : 's'}, which tracebell check shows${without}`)
}

function readUrl(text: string): URL {
  const parsed = baseUrl(text)
  if ('value' in parsed) return parsed.value
  // Not quoted: it may hold a password.
  throw new InputError(`--url: expected ${parsed.expected}`)
}

function findUrl({ api }: ClientSettings): URL {
  if (api !== undefined && api.port !== 0) return reachable(api)
  const found = api === undefined ? 'off' : formatAddress(api)
  throw new InputError(
    `TRACEBELL_API_LISTEN: found ${found}, expected the address at which the running tracebell answers; or use --url`,
  )
}
