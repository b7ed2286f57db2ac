import { existsSync } from 'node:fs'
import { arch, cpus, freemem, platform, totalmem } from 'node:os'
import { CORES } from './cores.js'

const NEEDS_CORES = 2
const MIB = 2 ** 20

/** What the figures of a run depend on. */
export function describeMachine() {
  return {
    cores: CORES,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryMib: inMib(totalmem()),
    node: process.version,
    platform: `${platform()} ${arch()}`,
  }
}

/** Why this machine cannot run a benchmark that needs so much memory; undefined where it can. */
export function tooSmall(needsBytes: number): string | undefined {
  if (CORES < NEEDS_CORES) {
    return `the machine is too small: ${CORES} core, and the server and its load need one each`
  }
  if (!existsSync('/proc/self/stat'))
    return 'a process is measured by /proc, which this machine does not have'
  const free = freemem()
  if (free >= needsBytes) return undefined
  return `the machine is too small: ${inMib(free)} MiB of memory are free, ${inMib(needsBytes)} are needed`
}

function inMib(bytes: number): number {
  return Math.round(bytes / MIB)
}
