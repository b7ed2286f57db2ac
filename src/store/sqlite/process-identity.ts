import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Who a process is, so that it can be told from a later one with its number, and from one in another container. */
export interface ProcessIdentity {
  readonly pid: number
  /** Changes when the machine starts again; empty where it cannot be told. */
  readonly boot: string
  /** Within what its number means something; empty where it cannot be told. */
  readonly space: string
  /** When it began, in ticks since the machine did; empty where it cannot be told. */
  readonly begun: string
  readonly host: string
}

export function identifyThisProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    boot: tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    space: tryRead(() => readlinkSync('/proc/self/ns/pid')),
    begun: statOf(process.pid).begun,
    host: hostname(),
  }
}

/** Whether a process lives that is not this one; undefined where it cannot be told from here. */
export function isAlive(other: ProcessIdentity, self: ProcessIdentity): boolean | undefined {
  if (other.boot !== self.boot) return other.host === self.host ? false : undefined
  if (other.space !== self.space || other.host !== self.host) return undefined
  if (other.pid === self.pid || !exists(other.pid)) return false
  const { state, begun } = statOf(other.pid)
  if (ENDED_STATES.has(state)) return false
  return begun === '' || other.begun === '' || begun === other.begun
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** A process that has ended keeps its number until its parent asks how: in a container, that may be never. */
const ENDED_STATES = new Set(['Z', 'X'])

/** What Linux says of a process. The name of its program, which stands in brackets before the rest, may hold anything. */
function statOf(pid: number): { readonly state: string; readonly begun: string } {
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', begun: fields[19] ?? '' }
}

function tryRead(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
