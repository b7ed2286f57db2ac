import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

export interface WriterOptions {
  /** The Node that runs it. */
  readonly node: string
  readonly folder: string
  readonly driver: string
  /** It is killed once it has said this many things. */
  readonly after: number
  /** What happens before that, while it goes on. */
  readonly meanwhile?: (() => Promise<void>) | undefined
}

/** What a writer said that was killed. */
export interface KilledWriter {
  /** The commit that it found last. */
  readonly found: number
  /** The commit of which it said last that it had happened. */
  readonly acknowledged: number
}

const WRITER = resolve(import.meta.dirname, 'commit-forever.ts')

/** Runs a process that commits, and kills it with SIGKILL. Rejects where it ends by itself. */
export async function killWriter({
  node,
  folder,
  driver,
  after,
  meanwhile,
}: WriterOptions): Promise<KilledWriter> {
  const args = ['--import', import.meta.resolve('tsx'), WRITER, folder, driver]
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (lines.length !== after) continue
    await meanwhile?.().finally(() => child.kill('SIGKILL'))
    child.kill('SIGKILL')
  }
  await ended
  if (child.signalCode !== 'SIGKILL') throw new Error(`the writer ended by itself: ${errors}`)
  return { found: numberOf(lines[0]), acknowledged: numberOf(lines.at(-1)) }
}

function numberOf(line: string | undefined): number {
  const number = /^(?:opened|committed) (\d+)$/.exec(line ?? '')?.[1]
  if (number === undefined) throw new Error(`the writer said ${JSON.stringify(line)}`)
  return Number(number)
}
