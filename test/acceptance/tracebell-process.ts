import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** A process that runs a TypeScript file of this repository. */
export interface RunningProcess {
  /** The folder it was started in; removed when the test ends. */
  readonly folder: string
  /** Everything it wrote so far. */
  output(): string
  /** Resolves when its output holds this text, with the first group where a pattern has one; rejects when it ends without. */
  said(text: string | RegExp): Promise<string>
  /** Resolves with its exit code, which is null where a signal ended it. */
  readonly ended: Promise<number | null>
  /** Asks it to stop and answers its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

const ROOT = resolve(import.meta.dirname, '../..')
const SAID_WITHIN_MS = 30_000

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tracebell-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Starts tracebell's command. */
export function startTracebell(
  variables: Readonly<Record<string, string>>,
  folder: string,
  ...args: readonly string[]
): RunningProcess {
  return startFile('src/cli/main.ts', variables, folder, ...args)
}

/** Starts a file in `folder`, with these variables and no others but what a process needs. It is ended with the test. */
export function startFile(
  file: string,
  variables: Readonly<Record<string, string>>,
  folder: string,
  ...args: readonly string[]
): RunningProcess {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), resolve(ROOT, file), ...args],
    {
      cwd: folder,
      env: { PATH, HOME, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => (output += text))
  }
  const ended = once(child, 'close').then(() => child.exitCode)
  onTestFinished(() => void child.kill('SIGKILL'))

  async function said(text: string | RegExp): Promise<string> {
    const deadline = Date.now() + SAID_WITHIN_MS
    while (Date.now() < deadline) {
      const found = typeof text === 'string' ? (output.includes(text) ? [text] : null) : text.exec(output)
      if (found !== null) return found[1] ?? found[0] ?? ''
      if (child.exitCode !== null) break
      await sleep(20)
    }
    throw new Error(`the process did not say ${String(text)} but:\n${output}`)
  }

  return {
    folder,
    output: () => output,
    said,
    ended,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}
