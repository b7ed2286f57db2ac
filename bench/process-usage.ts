import { readFileSync } from 'node:fs'

// Linux counts processor time in hundredths of a second on every architecture that Node runs on.
const TICK_MS = 10
/** Of the fields after the command's name, which may hold anything and ends with the last parenthesis. */
const UTIME = 11
const STIME = 12
const KIB = 1024

/** The processor time that all threads of a process took so far, in milliseconds. Throws where there is no `/proc`. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[UTIME]) + Number(fields[STIME])) * TICK_MS
}

/** The memory that a process has resident now, and the most that it had, in bytes. Throws where there is no `/proc`. */
export function memoryOf(pid: number): { readonly resident: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return { resident: readKib(status, 'VmRSS') * KIB, peak: readKib(status, 'VmHWM') * KIB }
}

function readKib(status: string, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  if (kib === undefined) throw new Error(`/proc says no ${name} but: ${status.slice(0, 200)}`)
  return Number(kib)
}
