import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readAccess } from './read-access.js'
import { createVariableReader, type Environment } from './variables.js'

const folder = mkdtempSync(join(tmpdir(), 'tracebell-access-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  chmodSync(path, 0o600)
  return path
}

function access(environment: Environment) {
  const read = createVariableReader(environment)
  return { ...readAccess(read), faults: read.faults.map(({ name, expected }) => `${name}: ${expected}`) }
}

const BASIC = { username: 'ann', password: 'p:w ö' }

describe('readAccess', () => {
  it.each<[string, Environment, object]>([
    ['nothing', {}, { token: undefined, basic: undefined }],
    ['a token', { TRACEBELL_TOKEN: 't' }, { token: 't', basic: undefined }],
    ['a token in a file', { TRACEBELL_TOKEN_FILE: file('t', 'from file\n') }, { token: 'from file' }],
    ['an empty name of a file', { TRACEBELL_TOKEN: 't', TRACEBELL_TOKEN_FILE: '' }, { token: 't' }],
    ['name and password', { TRACEBELL_USERNAME: 'ann', TRACEBELL_PASSWORD: 'p:w ö' }, { basic: BASIC }],
    [
      'a password in a file, of which only the end of its line is left out',
      { TRACEBELL_USERNAME: 'ann', TRACEBELL_PASSWORD_FILE: file('p', ' p \r\n') },
      { basic: { username: 'ann', password: ' p ' } },
    ],
    [
      'both',
      { TRACEBELL_TOKEN: 't', TRACEBELL_USERNAME: 'ann', TRACEBELL_PASSWORD: 'p:w ö' },
      { token: 't', basic: BASIC },
    ],
  ])('reads %s', (_, environment, expected) => {
    expect(access(environment)).toMatchObject({ ...expected, faults: [] })
  })

  const TOGETHER = 'TRACEBELL_USERNAME and TRACEBELL_PASSWORD together, or neither'
  const UNREADABLE = 'the path of a file that can be read, with a secret of 1 to 4096 bytes in it'

  it.each<[string, Environment, readonly string[]]>([
    ['a name alone', { TRACEBELL_USERNAME: 'ann' }, [`TRACEBELL_PASSWORD: ${TOGETHER}`]],
    ['a password alone', { TRACEBELL_PASSWORD: 'x' }, [`TRACEBELL_USERNAME: ${TOGETHER}`]],
    [
      'a file of a password alone',
      { TRACEBELL_PASSWORD_FILE: file('a', 'x') },
      [`TRACEBELL_USERNAME: ${TOGETHER}`],
    ],
    [
      'a name with a colon',
      { TRACEBELL_USERNAME: 'a:b', TRACEBELL_PASSWORD: 'x' },
      ['TRACEBELL_USERNAME: a user name without a colon'],
    ],
    [
      'a secret and its file',
      { TRACEBELL_TOKEN: 't', TRACEBELL_TOKEN_FILE: file('b', 'x') },
      ['TRACEBELL_TOKEN_FILE: either TRACEBELL_TOKEN or TRACEBELL_TOKEN_FILE, not both'],
    ],
    [
      'a file that is not there',
      { TRACEBELL_TOKEN_FILE: join(folder, 'no') },
      [`TRACEBELL_TOKEN_FILE: ${UNREADABLE}`],
    ],
    ['a folder', { TRACEBELL_TOKEN_FILE: folder }, [`TRACEBELL_TOKEN_FILE: ${UNREADABLE}`]],
    ['an empty file', { TRACEBELL_TOKEN_FILE: file('c', '\n') }, [`TRACEBELL_TOKEN_FILE: ${UNREADABLE}`]],
    [
      'a large file',
      { TRACEBELL_TOKEN_FILE: file('d', 'x'.repeat(5000)) },
      [`TRACEBELL_TOKEN_FILE: ${UNREADABLE}`],
    ],
    [
      'a token that cannot be sent',
      { TRACEBELL_TOKEN_FILE: file('e', 'two\nlines') },
      [expect.stringContaining('TRACEBELL_TOKEN_FILE: ')],
    ],
    [
      'a password that could not be read, once',
      { TRACEBELL_USERNAME: 'ann', TRACEBELL_PASSWORD_FILE: join(folder, 'no') },
      [`TRACEBELL_PASSWORD_FILE: ${UNREADABLE}`],
    ],
  ])('refuses %s', (_, environment, faults) => {
    expect(access(environment).faults).toEqual(faults)
  })

  it('quotes nothing of a secret', () => {
    const read = createVariableReader({
      TRACEBELL_TOKEN: 'hunter2\u0007',
      TRACEBELL_PASSWORD: 'hunter2',
      TRACEBELL_PASSWORD_FILE: file('f', 'hunter2'),
    })
    readAccess(read)
    expect(read.faults.length).toBeGreaterThan(1)
    expect(JSON.stringify(read.faults)).not.toContain('hunter2')
  })
})
