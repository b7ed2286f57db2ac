import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../../config/variables.js'
import type { Clock } from '../../model/clock.js'
import { DemoError } from './demo-error.js'

const ENTRY = fileURLToPath(new URL('../../../examples/host-app/without-alerting.js', import.meta.url))
const START_MS = 20_000
const STOP_MS = 4000
const SHOWN_CHARACTERS = 2000

/** The example application, in a process of its own. */
export interface ShopProcess {
  readonly url: string
  /** Resolves when the process has ended, with why, in words. */
  readonly ended: Promise<string>
  /** Lets it send its last spans and end; after some seconds it is killed. */
  stop(): Promise<void>
}

/**
 * Starts the shop on a free port. It ends by itself when this process is gone. Rejects with a `DemoError` where it does
 * not start, and as the signal says when that is aborted first; nothing is left running then.
 */
export async function startShop(env: Environment, clock: Clock, signal: AbortSignal): Promise<ShopProcess> {
  const child = fork(ENTRY, [], { execArgv: [], env: { ...env }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const complaint = readComplaint(child)
  // Not its `close` event, which does not come where this side has disconnected.
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, by) => {
      void complaint.then((text) => resolve(`${by ?? `exit code ${code}`} ${text}`.trim()))
    })
  })

  async function stop(): Promise<void> {
    if (child.connected) child.disconnect()
    const cancel = new AbortController()
    await Promise.race([ended, waitUntil(clock.now() + STOP_MS, cancel.signal)])
    cancel.abort()
    child.kill('SIGKILL')
    await ended
  }

  async function waitUntil(at: number, until: AbortSignal): Promise<undefined> {
    await clock.sleepUntil(at, until).catch(() => {})
    return undefined
  }

  async function whereItListens(): Promise<string> {
    const cancel = new AbortController()
    const giveUp = AbortSignal.any([signal, cancel.signal])
    try {
      const told = await Promise.race([
        once(child, 'message', { signal: giveUp }).then(([message]: unknown[]) => ({ message })),
        ended.then((why) => ({ why })),
        waitUntil(clock.now() + START_MS, giveUp).then(() => ({ why: 'no answer in time' })),
      ])
      if ('why' in told) throw new DemoError(`The example application did not start: ${told.why}`)
      return readUrl(told.message)
    } finally {
      cancel.abort()
    }
  }

  try {
    return { url: await whereItListens(), ended, stop }
  } catch (error) {
    await stop()
    throw signal.aborted ? signal.reason : error
  }
}

function readUrl(message: unknown): string {
  const url: unknown =
    typeof message === 'object' && message !== null && 'url' in message ? message.url : undefined
  if (typeof url !== 'string') throw new DemoError('The example application did not say where it listens')
  return url
}

/** The end of what a process complains of, when it has ended. */
async function readComplaint({ stderr }: ChildProcess): Promise<string> {
  let tail = ''
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-SHOWN_CHARACTERS)
  })
  if (stderr !== null) await finished(stderr).catch(() => {})
  return tail.trim()
}
