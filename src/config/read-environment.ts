import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { ConfigError } from './config-error.js'
import type { Environment } from './variables.js'

/**
 * The variables of a process, and under them those of a file such as `.env`: what the process was given wins. A file
 * that is not there has no variables. Throws a `ConfigError` where it is there and cannot be read. The process's own
 * environment is not changed.
 */
export function readEnvironment(environment: Environment, file: string): Environment {
  return { ...parseEnv(readIfThere(file)), ...environment }
}

function readIfThere(file: string): string {
  try {
    // Some editors begin a file with a byte order mark, which would become part of the first name.
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError([{ name: file, expected: `a readable file of variables (${reason})` }])
  }
}
