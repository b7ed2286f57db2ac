import { readFile } from 'node:fs/promises'
import type { SecretReader } from './secret.js'

/** Reads secrets from this environment, and from files whose paths begin in this folder. */
export function createSecretReader(environment: SecretReader['environment'], folder: string): SecretReader {
  return { environment, folder, readFile: (path) => readFile(path, 'utf8') }
}
