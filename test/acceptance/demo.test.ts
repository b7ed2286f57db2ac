import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** A busy machine is slow to start two processes. */
const DEADLINE_MS = 90_000

interface Demo {
  readonly process: ChildProcess
  /** All that was written so far. */
  output(): string
  /** Resolves when the output matches. Rejects when the demo ends first. */
  shows(pattern: RegExp): Promise<RegExpExecArray>
  /** How the process ended: its exit code, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/** Starts the demo from its sources; it is killed when the test ends. */
function startDemo(...args: readonly string[]): Demo {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'demo', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const complaint = text(child.stderr)
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal))
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part))

  async function shows(pattern: RegExp): Promise<RegExpExecArray> {
    const failed = ended.then(async (how) => {
      throw new Error(`the demo ended with ${how} before it showed ${pattern}: ${output}${await complaint}`)
    })
    failed.catch(() => {})
    for (;;) {
      const found = pattern.exec(output)
      if (found !== null) return found
      await Promise.race([once(child.stdout, 'data'), failed])
    }
  }
  return { process: child, output: () => output, shows, ended }
}

/** Connects to an address such as `http://127.0.0.1:41003/metrics`; rejects where nobody listens. */
async function connectTo(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

function placesIn(output: string): string[] {
  return [...new Set([...output.matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(([url]) => url))]
}

describe('tracebell demo', () => {
  it(
    'shows an alert with its proof, and ends cleanly when it is interrupted',
    async () => {
      const demo = startDemo()
      const [alert] = await demo.shows(/high_latency .* took .* trace [0-9a-f]{32}\n.*\n/)
      expect(alert).toContain('storefront ')
      expect(alert).toContain('checkout, in "checkout/')
      const [, proof = ''] = /proof: curl (\S+)/.exec(alert) ?? []
      expect(JSON.stringify(await (await fetch(proof)).json())).toContain('checkout/')

      const places = placesIn(demo.output())
      expect(places).toHaveLength(5)
      demo.process.kill('SIGINT')
      expect(await demo.ended).toBe(0)
      for (const place of places) await expect(connectTo(place)).rejects.toThrow('ECONNREFUSED')
      expect(demo.output()).toMatch(/the end: \d+ high_latency/)
      expect(demo.output()).not.toContain('\u001B')
    },
    DEADLINE_MS,
  )

  it(
    'ends by itself after the given time',
    async () => {
      const demo = startDemo('--seconds', '1')
      expect(await demo.ended).toBe(0)
    },
    DEADLINE_MS,
  )

  it(
    'leaves nothing running when it is killed',
    async () => {
      const demo = startDemo()
      const [, shopUrl = ''] = await demo.shows(/the shop +(\S+)/)
      const shop = await connectTo(shopUrl)
      const closed = once(shop.resume(), 'close')
      demo.process.kill('SIGKILL')
      expect(await demo.ended).toBe('SIGKILL')
      await closed
      await expect(connectTo(shopUrl)).rejects.toThrow('ECONNREFUSED')
    },
    DEADLINE_MS,
  )

  it(
    'ends with 2 and says why where it cannot start',
    async () => {
      const demo = startDemo('--seconds', 'soon')
      await expect(demo.shows(/the shop/)).rejects.toThrow('--seconds: found "soon"')
      expect(await demo.ended).toBe(2)
    },
    DEADLINE_MS,
  )
})
