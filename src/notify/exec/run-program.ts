import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** How a program ended. */
export type ProgramEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly stderr: string }
  | { readonly kind: 'killed'; readonly signal: string; readonly stderr: string }
  | { readonly kind: 'not started'; readonly error: string }

export interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string
}

/** What is kept of what it writes to standard error: the end. The rest, and standard output, is read and dropped. */
const MOST_OUTPUT = 4096
/** Between being asked to end and being ended. */
const KILL_AFTER_MS = 1000
/** What it started may live on and hold its output open: that is waited for only so long after its own end. */
const DRAIN_MS = 200

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/**
 * Runs a program without a shell, in a process group of its own, and feeds it a text. When the signal aborts, the whole
 * group is asked to end, and ended a second later. Never rejects.
 */
export function runProgram(program: Program, signal: AbortSignal): Promise<ProgramEnd> {
  if (signal.aborted) return Promise.resolve({ kind: 'not started', error: 'stopped' })
  return new Promise((resolve) => {
    const child = start(program, (error) => resolve({ kind: 'not started', error }))
    if (child === undefined) return
    const said = keepEnd(child)
    const stop = (): void => endGroup(child)
    signal.addEventListener('abort', stop, { once: true })
    child.once('exit', () => setTimeout(() => dropOutput(child), DRAIN_MS).unref())
    child.once('close', (code, ended) => {
      signal.removeEventListener('abort', stop)
      const stderr = said()
      if (code !== null) resolve({ kind: 'exited', code, stderr })
      else resolve({ kind: 'killed', signal: ended ?? 'unknown signal', stderr })
    })
  })
}

function start({ command, args, env, stdin }: Program, failed: (error: string) => void): Child | undefined {
  try {
    const child = spawn(command, [...args], {
      env,
      shell: false,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    child.once('error', (error) => failed(codeOf(error)))
    // A program that does not read what it is given is within its rights.
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
    child.stdout.resume()
    return child
  } catch (error) {
    failed(codeOf(error))
    return undefined
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}

function keepEnd(child: Child): () => string {
  let kept = Buffer.alloc(0)
  child.stderr.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk.subarray(-MOST_OUTPUT)]).subarray(-MOST_OUTPUT)
  })
  return () => kept.toString('utf8')
}

function endGroup(child: Child): void {
  signalGroup(child, 'SIGTERM')
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS)
  child.once('close', () => {
    clearTimeout(timer)
    // What it started may live on after it.
    signalGroup(child, 'SIGKILL')
  })
}

function dropOutput({ stdout, stderr }: Child): void {
  stdout.destroy()
  stderr.destroy()
}

function signalGroup({ pid }: Child, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended.
  }
}
