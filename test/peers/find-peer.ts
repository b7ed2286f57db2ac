import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The programs that tracebell is tested and measured beside, by the names of their binaries. */
export type PeerName = 'tempo' | 'otelcol' | 'jaeger' | 'promtool' | 'alertmanager' | 'amtool'

/** The variable that says where a peer's binary is. */
export const variableOf = (peer: PeerName): string => `${peer.toUpperCase()}_BIN`

/** Where a peer's binary is: its variable, else the cache folder of tracebell's peers. Undefined where there is none. */
export function findPeer(peer: PeerName, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const cache = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const path = environment[variableOf(peer)] ?? join(cache, 'tracebell-peers/bin', peer)
  try {
    accessSync(path, constants.X_OK)
    return path
  } catch {
    return undefined
  }
}
