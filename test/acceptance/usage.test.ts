import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { makeFolder, startTracebell } from './tracebell-process.js'

it('says of a word that is no command which one may be meant', async () => {
  const command = startTracebell({}, await makeFolder(), 'chekc', 'x')
  expect(await command.ended).toBe(2)
  expect(command.output()).toBe('unknown command "chekc"; did you mean check?\n')
})

it.skipIf(process.platform !== 'linux')('says in one line that the output cannot be written', () => {
  const full = openSync('/dev/full', 'w')
  const main = resolve(import.meta.dirname, '../../src/cli/main.ts')
  const args = ['--import', import.meta.resolve('tsx'), main, 'check', 'examples/rules']
  const { status, stderr } = spawnSync(process.execPath, args, {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  })
  closeSync(full)
  expect(stderr).toBe('the output cannot be written: ENOSPC\n')
  expect(status).toBe(3)
})
