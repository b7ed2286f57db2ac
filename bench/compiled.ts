import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const FOLDER = join(ROOT, 'node_modules/.cache/tracebell-bench')

/**
 * Compiles everything as the package is compiled: what is measured must not be what a development loader makes of it.
 * Types are not checked here. Throws with what the compiler said.
 */
export function compileAll(): void {
  rmSync(FOLDER, { recursive: true, force: true })
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  const flags = ['--noCheck', '--noEmit', 'false', '--rootDir', ROOT, '--outDir', FOLDER]
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', ROOT, ...flags], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the bench does not compile: ${stdout}`)
  mkdirSync(FOLDER, { recursive: true })
  copyFileSync(join(ROOT, 'package.json'), join(FOLDER, 'package.json'))
}

/** The compiled form of a source file, which is named from the project's folder. */
export function compiled(file: string): string {
  return join(FOLDER, file.replace(/\.ts$/, '.js'))
}
