import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

/** tracebell's command as a process of its own, from its sources. */
export interface TracebellProcess {
  /** Everything it wrote so far. */
  output(): string
  /** Asks it to stop and answers how it ended. */
  stop(): Promise<number | null>
}

const ROOT = resolve(import.meta.dirname, '../../..')

/** Starts it in `folder` with these variables and no others but what a process needs. */
export function startTracebell(
  folder: string,
  variables: Readonly<Record<string, string>>,
): TracebellProcess {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), resolve(ROOT, 'src/cli/main.ts')],
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
  const ended = once(child, 'exit')
  return {
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      await ended
      return child.exitCode
    },
  }
}
