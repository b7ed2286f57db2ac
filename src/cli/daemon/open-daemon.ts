import type { Config } from '../../config/config.js'
import { toAuthorization } from '../../config/authorization.js'
import { baseUrl, formatAddress } from '../../config/parsers.js'
import { readEnvironment } from '../../config/read-environment.js'
import { readSettings } from '../../config/settings/read-settings.js'
import { reachable } from '../query/choose-source.js'
import { InputError } from '../query/input-error.js'
import { findSettingsFile } from '../find-settings-file.js'
import { createDaemonClient, type DaemonClient } from './daemon-client.js'

/** How commands find the running tracebell. */
export interface DaemonOptions {
  /** Its address; by default the one that the configuration says. */
  readonly url?: string
  readonly config?: string
  readonly variables: string
}

/**
 * The running tracebell that the options and the configuration name, asked with the credentials of the configuration.
 * Throws an `InputError`, or a `ConfigError` for a faulty configuration.
 */
export function openDaemon({ url, config: file, variables }: DaemonOptions): DaemonClient {
  const environment = readEnvironment(process.env, variables)
  const { config } = readSettings({ environment, file: findSettingsFile(file) })
  return createDaemonClient({
    url: url === undefined ? findUrl(config.listeners) : readUrl(url),
    authorization: toAuthorization(config.listeners),
  })
}

function readUrl(text: string): URL {
  const parsed = baseUrl(text)
  if ('value' in parsed) return parsed.value
  // Not quoted: it may hold a password.
  throw new InputError(`--url: expected ${parsed.expected}`)
}

function findUrl({ api }: Config['listeners']): URL {
  if (api !== undefined && api.port !== 0) return reachable(api)
  const found = api === undefined ? 'off' : formatAddress(api)
  throw new InputError(
    `TRACEBELL_API_LISTEN: found ${found}, expected the address at which the running tracebell answers; or use --url`,
  )
}
