import { existsSync } from 'node:fs'

const DEFAULT_FILE = 'tracebell.yaml'

/** The file of settings: the one that is named, else `tracebell.yaml` where there is one. */
export function findSettingsFile(named: string | undefined): string | undefined {
  return named ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined)
}
