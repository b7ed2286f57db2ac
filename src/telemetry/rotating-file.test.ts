import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LogDestination } from './log-destination.js'
import { createRotatingFile } from './rotating-file.js'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracebell-log-'))
  path = join(folder, 'logs', 'app.log')
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function write(file: LogDestination, ...lines: string[]): unknown[] {
  const settled: unknown[] = []
  for (const line of lines) {
    file.write(line, (error) => {
      settled.push(error)
    })
  }
  return settled
}

const read = (suffix = ''): string => readFileSync(path + suffix, 'utf8')
const names = (): string[] => readdirSync(join(folder, 'logs')).sort()

describe('createRotatingFile', () => {
  it('creates its folder with the first line and says that each line is written', () => {
    const file = createRotatingFile({ path })
    expect(readdirSync(folder)).toEqual([])
    expect(write(file, 'one\n', 'two\n')).toEqual([undefined, undefined])
    expect(read()).toBe('one\ntwo\n')
  })

  it('appends over restarts', () => {
    write(createRotatingFile({ path }), 'before\n')
    write(createRotatingFile({ path }), 'after\n')
    expect(read()).toBe('before\nafter\n')
  })

  it('rotates before a line would not fit, counting bytes, and drops the oldest', () => {
    const file = createRotatingFile({ path, maxBytes: 10, keep: 2 })
    write(file, 'äää\n', '99\n')
    expect(names()).toEqual(['app.log'])
    write(file, '1\n')
    expect([read(), read('.1')]).toEqual(['1\n', 'äää\n99\n'])
    write(file, '222222222\n', '333333333\n', '444444444\n')
    expect(names()).toEqual(['app.log', 'app.log.1', 'app.log.2'])
    expect([read(), read('.1'), read('.2')]).toEqual(['444444444\n', '333333333\n', '222222222\n'])
  })

  it('keeps five older files of 10 MiB by default', () => {
    const file = createRotatingFile({ path })
    const line = `${'x'.repeat(6 * 1024 * 1024)}\n`
    write(file, line, line, line, line, line, line, line)
    expect(names()).toEqual(['app.log', ...[1, 2, 3, 4, 5].map((age) => `app.log.${age}`)])
  })

  it('gives a line larger than the limit a file of its own', () => {
    const file = createRotatingFile({ path, maxBytes: 4 })
    write(file, 'much longer\n', 'a\n')
    expect([read(), read('.1')]).toEqual(['a\n', 'much longer\n'])
  })

  it('goes on in a new file when the file, or its folder, is removed', () => {
    const file = createRotatingFile({ path })
    write(file, 'one\n')
    rmSync(path)
    write(file, 'two\n')
    expect(read()).toBe('two\n')
    rmSync(join(folder, 'logs'), { recursive: true })
    write(file, 'three\n')
    expect(read()).toBe('three\n')
  })

  it('counts the size anew when the file is truncated by somebody else', () => {
    const file = createRotatingFile({ path, maxBytes: 10 })
    write(file, '12345678\n')
    writeFileSync(path, '')
    write(file, '87654321\n')
    expect(names()).toEqual(['app.log'])
  })

  it('throws while a file stands where the folder should be, and goes on after', () => {
    writeFileSync(join(folder, 'logs'), '')
    const file = createRotatingFile({ path })
    expect(() => write(file, 'lost\n')).toThrow(/ENOTDIR|EEXIST/)
    rmSync(join(folder, 'logs'))
    write(file, 'kept\n')
    expect(read()).toBe('kept\n')
  })

  it('takes no more lines, rather than grow, when the file is full and cannot be rotated', () => {
    const file = createRotatingFile({ path, maxBytes: 4, keep: 1 })
    write(file, 'abc\n')
    mkdirSync(join(`${path}.1`, 'in the way'), { recursive: true })
    expect(() => write(file, 'def\n')).toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
    expect(read()).toBe('abc\n')
  })

  it('refuses a named pipe instead of waiting for its reader', () => {
    mkdirSync(join(folder, 'logs'))
    execFileSync('mkfifo', [path])
    expect(() => write(createRotatingFile({ path }), 'a\n')).toThrow('named pipe')
  })
})
