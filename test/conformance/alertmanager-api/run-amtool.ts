import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

/** What amtool wrote, and whether it was content. */
export interface AmtoolRun {
  readonly ok: boolean
  readonly output: string
  readonly complaint: string
}

export type Amtool = (...args: readonly string[]) => Promise<AmtoolRun>

/** amtool for the server at an address; with an HTTP configuration where there is one. It sees no configuration of the user. */
export async function createAmtool(binary: string, url: string, httpConfig?: string): Promise<Amtool> {
  const folder = await mkdtemp(join(tmpdir(), 'tracebell-amtool-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'http.yml')
  if (httpConfig !== undefined) await writeFile(file, httpConfig)
  const fixed = [
    `--alertmanager.url=${url}`,
    ...(httpConfig === undefined ? [] : [`--http.config.file=${file}`]),
  ]
  return (...args) => run(binary, [...fixed, ...args], folder)
}

async function run(binary: string, args: readonly string[], home: string): Promise<AmtoolRun> {
  const options = { env: { HOME: home, USER: 'tester' }, timeout: 60_000 }
  try {
    const { stdout, stderr } = await promisify(execFile)(binary, args, options)
    return { ok: true, output: stdout, complaint: stderr }
  } catch (error) {
    const { stdout = '', stderr = '' } = Object(error)
    return { ok: false, output: String(stdout), complaint: String(stderr) }
  }
}
