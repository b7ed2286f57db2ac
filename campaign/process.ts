import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** A Node process of the campaign. It never outlives this one. */
export interface Started {
  readonly child: ChildProcess
  output(): string
  /** Resolves with the signal that ended it, or undefined. */
  readonly ended: Promise<string | undefined>
  /** Resolves with what the pattern's group holds in its output. Rejects when it ends or takes too long. */
  said(pattern: RegExp): Promise<string>
  /** Kills it, and waits. */
  end(signal?: NodeJS.Signals): Promise<void>
}

export interface StartOptions {
  readonly args: readonly string[]
  readonly folder: string
  readonly variables?: Readonly<Record<string, string>>
}

const SAID_WITHIN_MS = 20_000
const MOST_OUTPUT = 50_000
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export function start({ args, folder, variables = {} }: StartOptions): Started {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH, HOME, ...variables },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-MOST_OUTPUT)))
  const ended = once(child, 'close').then(() => {
    running.delete(child)
    return child.signalCode ?? undefined
  })
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null

  async function said(pattern: RegExp): Promise<string> {
    for (const deadline = Date.now() + SAID_WITHIN_MS; Date.now() < deadline && !isOver(); await sleep(20)) {
      const found = pattern.exec(output)
      if (found !== null) return found[1] ?? found[0]
    }
    throw new Error(`${args.join(' ')} did not say ${String(pattern)} but:\n${output}`)
  }

  return {
    child,
    output: () => output,
    ended,
    said,
    end: async (signal = 'SIGKILL') => {
      if (!isOver()) child.kill(signal)
      await ended
    },
  }
}
