import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')

/** Compiles the daemon and the campaign into a folder, as compiled code starts quickest. Types are not checked here. */
export function compileInto(folder: string): void {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  const flags = ['--noCheck', '--noEmit', 'false', '--rootDir', ROOT, '--outDir', folder]
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', ROOT, ...flags], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the campaign does not compile: ${stdout}`)
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'))
  const modules = join(folder, 'node_modules')
  if (!existsSync(modules)) symlinkSync(join(ROOT, 'node_modules'), modules)
}
