import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigError } from './config-error.js'
import { readEnvironment } from './read-environment.js'

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracebell-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function write(content: string | Uint8Array): string {
  const file = join(makeFolder(), '.env')
  writeFileSync(file, content)
  return file
}

describe('readEnvironment', () => {
  it.each<[string, string, Record<string, string>]>([
    [
      'plain lines',
      'TEMPO_ENABLED=true\nTEMPO_URL=http://tempo:3200\n',
      { TEMPO_ENABLED: 'true', TEMPO_URL: 'http://tempo:3200' },
    ],
    [
      'comments, quotes, export and Windows line ends',
      '# c\r\nA="x # y"\r\nexport B=1 # c\r\n',
      { A: 'x # y', B: '1' },
    ],
    [
      'a byte order mark, which some editors put first',
      '\uFEFFTEMPO_ENABLED=true',
      { TEMPO_ENABLED: 'true' },
    ],
    ['an equals sign in a value', 'TEMPO_HEADERS=a=b', { TEMPO_HEADERS: 'a=b' }],
    ['an empty file', '', {}],
  ])('reads %s', (_, content, variables) => {
    expect(readEnvironment({}, write(content))).toEqual(variables)
  })

  it('lets the process win, and changes neither', () => {
    const environment = { A: 'process', C: '' }
    const file = write('A=file\nB=file\nC=file')
    const before = process.env['B']
    expect(readEnvironment(environment, file)).toEqual({ A: 'process', B: 'file', C: '' })
    expect(environment).toEqual({ A: 'process', C: '' })
    expect(process.env['B']).toBe(before)
  })

  it('reaches no prototype', () => {
    const file = write('__proto__=polluted\nA=1')
    expect(readEnvironment({}, file)['A']).toBe('1')
    expect(Object.getPrototypeOf(readEnvironment({}, file))).toBe(Object.prototype)
  })

  it('takes a file that is not there as an empty one', () => {
    expect(readEnvironment({ A: '1' }, join(makeFolder(), 'missing', '.env'))).toEqual({ A: '1' })
  })

  it('tells of a file that cannot be read, by name and reason', () => {
    const folder = makeFolder()
    const read = (): unknown => readEnvironment({}, folder)
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(`${folder}: a readable file of variables (EISDIR`)
  })

  it('takes any bytes for a file', () => {
    const folder = makeFolder()
    const file = join(folder, '.env')
    const line = fc.constantFrom(
      'A=1',
      'A="',
      "'",
      '`',
      '=',
      'export ',
      '__proto__=',
      '\r\n',
      '\n',
      '\0',
      '#',
      '\\n',
    )
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(line, { maxLength: 30 }).map((lines) => Buffer.from(lines.join(''))),
    )
    fc.assert(
      fc.property(content, (bytes) => {
        writeFileSync(file, bytes)
        const environment = readEnvironment({}, file)
        expect(Object.values(environment).every((value) => typeof value === 'string')).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
