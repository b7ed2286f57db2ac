import { existsSync } from 'node:fs'
import { toAuthorization } from '../../config/authorization.js'
import { readConfig } from '../../config/read-config.js'
import { readEnvironment } from '../../config/read-environment.js'
import { baseUrl, formatAddress, type ListenAddress } from '../../config/parsers.js'
import type { Config } from '../../config/config.js'
import type { Environment } from '../../config/variables.js'
import { InputError } from './input-error.js'

/** Where the answer comes from. */
export type QuerySource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'tempo'; readonly tempo: Config['tempo']; readonly hint?: string }

export interface ChooseSourceOptions {
  /** As the user wrote it; undefined where nothing was said. */
  readonly source: string | undefined
  readonly environment: Environment
  /** A file with further variables. */
  readonly envFile: string
}

/** What of the configuration says where traces are. */
export type SourceConfig = Pick<Config, 'mode' | 'tempo' | 'listeners'>

/**
 * `http://…` is a Tempo, `embedded` a tracebell that runs here, anything else a file. Where nothing is said it is what
 * `tracebell run` would watch. Throws an `InputError`, or a `ConfigError` for variables that are faulty.
 */
export function chooseSource({ source, environment, envFile }: ChooseSourceOptions): QuerySource {
  return sourceOf(source, () => readConfig(readEnvironment(environment, envFile)))
}

/** The same, by a configuration that is only read where it matters. */
export function sourceOf(source: string | undefined, read: () => SourceConfig): QuerySource {
  const isUrl = source !== undefined && /^https?:/i.test(source)
  if (source !== undefined && source !== 'embedded' && !isUrl) return toFile(source)
  const config = read()
  if (isUrl) return { kind: 'tempo', tempo: { ...config.tempo, url: readUrl(source), setting: '--source' } }
  return source === undefined && config.mode === 'tempo'
    ? { kind: 'tempo', tempo: config.tempo }
    : toEmbedded(config)
}

const OTHER_SCHEME = /^([a-z][a-z0-9+.-]{0,20}):\/\//i
const HOST_AND_PORT = /^[a-z0-9.-]{1,253}:\d{1,5}(?:\/|$)/i

/** Throws an `InputError` for what is rather an address, unless there is such a file. */
function toFile(path: string): QuerySource {
  if (existsSync(path)) return { kind: 'file', path }
  const [, scheme] = OTHER_SCHEME.exec(path) ?? []
  if (scheme !== undefined)
    throw new InputError(`--source: found ${scheme}://, expected http:// or https://, a file, or embedded`)
  if (HOST_AND_PORT.test(path))
    throw new InputError(`--source: no such file ${JSON.stringify(path)}; did you mean http://${path}?`)
  return { kind: 'file', path }
}

function readUrl(text: string): URL {
  const parsed = baseUrl(text)
  if ('value' in parsed) return parsed.value
  // Not quoted: it may hold a password.
  throw new InputError(`--source: expected ${parsed.expected}`)
}

function toEmbedded({ tempo, listeners }: SourceConfig): QuerySource {
  const { tempoApi } = listeners
  if (tempoApi === undefined || tempoApi.port === 0) {
    const found = tempoApi === undefined ? 'off' : formatAddress(tempoApi)
    throw new InputError(
      `TRACEBELL_TEMPO_LISTEN: found ${found}, expected the address at which the running tracebell answers`,
    )
  }
  const authorization = toAuthorization(listeners)
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
  const hint =
    'check that tracebell runs, with TRACEBELL_TEMPO_LISTEN and TRACEBELL_TOKEN as they are set here'
  return {
    kind: 'tempo',
    tempo: { ...tempo, url: reachable(tempoApi), headers, hint },
    hint,
  }
}

/** The address at which a listener is asked: what listens on every address, on this machine's own. */
export function reachable({ host, port }: ListenAddress): URL {
  const own = ANY_ADDRESS.get(host) ?? host
  return new URL(`http://${formatAddress({ host: own, port })}`)
}

const ANY_ADDRESS: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
])
