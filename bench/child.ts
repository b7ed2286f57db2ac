import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { compiled } from './compiled.js'
import { onCore } from './cores.js'

export interface ChildPlan {
  /** A source file of the project, of which the compiled form is run. */
  readonly file: string
  readonly core: number
  readonly nodeArgs?: readonly string[]
  readonly args?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly folder?: string
}

/** A Node process of ours that answers one message at a time. */
export interface Child {
  readonly pid: number
  /** Its next message. Rejects where it says that it failed, or ends instead. */
  next(): Promise<unknown>
  ask(message: object): Promise<unknown>
  /** Asks it to end, and waits. */
  stop(): Promise<void>
}

const STOP_WITHIN_MS = 20_000

/** Starts a process that ends with this one. What it writes goes to standard error. */
export function startChild({
  file,
  core,
  nodeArgs = [],
  args: own = [],
  environment,
  folder,
}: ChildPlan): Child {
  const [command = process.execPath, ...args] = onCore(core).concat(
    process.execPath,
    nodeArgs,
    compiled(file),
    own,
  )
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(command, args, {
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
    env: { PATH, HOME, ...environment },
    cwd: folder,
  })
  const next = (): Promise<unknown> => nextMessage(child, file)
  return {
    pid: child.pid ?? 0,
    next,
    ask: (message) => {
      const answer = next()
      child.send(message)
      return answer
    },
    stop: () => end(child),
  }
}

function nextMessage(child: ChildProcess, file: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown): void => {
      child.off('exit', onExit)
      if (isFailure(message)) reject(new Error(`${file}: ${message.failure}`))
      else resolve(message)
    }
    const onExit = (code: number | null): void => {
      child.off('message', onMessage)
      reject(new Error(`${file} ended with ${code} before it answered`))
    }
    child.once('message', onMessage)
    child.once('exit', onExit)
  })
}

function isFailure(message: unknown): message is { readonly failure: string } {
  return typeof message === 'object' && message !== null && 'failure' in message
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  await ended
  clearTimeout(late)
}
