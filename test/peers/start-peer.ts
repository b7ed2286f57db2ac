import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface PeerPlan {
  /** What it is called in messages. */
  readonly name: string
  readonly binary: string
  /** What stands before its command, such as `taskset -c 0`. */
  readonly launcher?: readonly string[] | undefined
  readonly environment?: Readonly<Record<string, string>>
  /** The content of its configuration file, given the folder that it may fill. */
  readonly config: (folder: string) => string
  /** Its arguments, given the path of that file. */
  readonly args: (file: string) => readonly string[]
  /** Answers 200 once the server is ready. */
  readonly readyUrl: string
}

/** A running server with a folder of its own. */
export interface Peer {
  readonly pid: number
  signal(signal: NodeJS.Signals): void
  /** Ends it, and removes its folder. */
  stop(): Promise<void>
}

const READY_WITHIN_MS = 60_000
const COMPLAINT_CHARACTERS = 2000

/** Starts a server that somebody else wrote. Throws, with the last that it said, if it does not come up. */
export async function startPeer(plan: PeerPlan): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), 'tracebell-peer-'))
  const file = join(folder, 'config.yaml')
  await writeFile(file, plan.config(folder))
  const [command = plan.binary, ...args] = [...(plan.launcher ?? []), plan.binary, ...plan.args(file)]
  const environment = { ...process.env, ...plan.environment }
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: environment })
  const stop = async (): Promise<void> => {
    await end(child)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    await untilReady(plan, child)
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: child.pid ?? 0, signal: (signal) => void child.kill(signal), stop }
}

/** Its state is thrown away, so it is not asked to stop in good order, which takes Tempo half a minute. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function untilReady({ name, readyUrl }: PeerPlan, child: ChildProcess): Promise<void> {
  const said = lastWords(child)
  const deadline = Date.now() + READY_WITHIN_MS
  let failure: Error | undefined
  child.once('error', (error) => (failure = error))
  while (Date.now() < deadline) {
    if (failure !== undefined) throw new Error(`${name} cannot be started: ${failure.message}`)
    if (child.exitCode !== null) {
      throw new Error(`${name} ended with ${child.exitCode} before it was ready: ${said()}`)
    }
    const ready = await fetch(readyUrl)
      .then(({ ok }) => ok)
      .catch(() => false)
    if (ready) return
    await sleep(100)
  }
  throw new Error(`${name} was not ready within ${READY_WITHIN_MS} ms: ${said()}`)
}

/** The end of what it writes to standard error, which is read all the time, as a full pipe would stop it. */
function lastWords(child: ChildProcess): () => string {
  let said = ''
  child.stderr?.setEncoding('utf8')
  child.stderr?.on('data', (text: string) => (said = (said + text).slice(-COMPLAINT_CHARACTERS)))
  return () => said
}
