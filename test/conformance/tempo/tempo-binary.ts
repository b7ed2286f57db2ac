import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where a real Tempo is: `TEMPO_BIN`, else the cache folder of tracebell's peers. Undefined where there is none. */
export function findTempoBinary(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const cache = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const path = environment['TEMPO_BIN'] ?? join(cache, 'tracebell-peers/bin/tempo')
  try {
    accessSync(path, constants.X_OK)
    return path
  } catch {
    return undefined
  }
}
