import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** The core that every measured server runs on, and the one of all that measures them. */
export const SERVER_CORE = 0
export const LOAD_CORE = 1

/** How many cores this process may use, before it is pinned to one. */
export const CORES = availableParallelism()

const canPin = CORES > 1 && spawnSync('taskset', ['--version']).status === 0

/** What stands before a command so that it runs on this core alone; nothing where that cannot be had. */
export function onCore(core: number): readonly string[] {
  return canPin ? ['taskset', '-c', String(core)] : []
}

/** Moves this process, with all its threads, to the core of the load, where that can be had. */
export function pinThisProcess(): void {
  if (canPin) spawnSync('taskset', ['-acp', String(LOAD_CORE), String(process.pid)])
}
