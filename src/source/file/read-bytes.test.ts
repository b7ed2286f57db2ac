import { randomBytes } from 'node:crypto'
import { readdirSync, readlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { FileError } from './file-error.js'
import { isOrdinaryFile, readBytes, type ReadProgress } from './read-bytes.js'
import { writeTemporary } from '../../../test/otlp-lines.js'

const { signal } = new AbortController()

async function readAll(path: string, onProgress?: (progress: ReadProgress) => void) {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of readBytes(path, { signal, onProgress })) chunks.push(chunk)
    return { bytes: Buffer.concat(chunks) }
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    return { bytes: Buffer.concat(chunks), fault: error.message.replace(path, 'FILE') }
  }
}

const LARGE = Buffer.from(randomBytes(600_000).toString('hex'))

describe('readBytes', () => {
  it.each([
    ['plain text', 'a.jsonl', Buffer.from('abc\n'), 'abc\n'],
    ['a single byte', 'a.jsonl', Buffer.from('a'), 'a'],
    ['gzip', 'a.jsonl.gz', gzipSync('abc\n'), 'abc\n'],
    ['gzip by another name', 'a.jsonl', gzipSync('abc\n'), 'abc\n'],
    ['gzip of nothing', 'a.gz', gzipSync(''), ''],
    ['gzip of several members', 'a.gz', Buffer.concat([gzipSync('abc\n'), gzipSync('def\n')]), 'abc\ndef\n'],
    ['more than a chunk', 'a.jsonl', LARGE, LARGE.toString()],
    ['more than a chunk of gzip', 'a.gz', gzipSync(LARGE), LARGE.toString()],
  ])('reads %s', async (_, name, content, expected) => {
    const read = await readAll(await writeTemporary(name, content))
    expect(read.fault).toBeUndefined()
    expect(read.bytes.equals(Buffer.from(expected))).toBe(true)
  })

  it.each([
    ['an empty file', 'a.jsonl', '', 'FILE: the file is empty'],
    ['an empty .gz file', 'a.gz', '', 'FILE: the file is empty'],
    ['a .gz file that is no gzip', 'a.gz', 'abc\n', 'FILE: not gzip, though its name ends in .gz'],
    ['UTF-16', 'a.jsonl', Buffer.from('\uFEFFabc', 'utf16le'), 'FILE: the text is UTF-16, expected UTF-8'],
    [
      'UTF-16, the other way round',
      'a.jsonl',
      Buffer.from([0xfe, 0xff, 0, 97]),
      'FILE: the text is UTF-16, expected UTF-8',
    ],
    [
      'gzip with only its head',
      'a.gz',
      gzipSync('abc').subarray(0, 3),
      'FILE: cut off: the file ends in the middle of its gzip data',
    ],
    [
      'gzip with a false sum',
      'a.gz',
      gzipSync('abc').map((byte, at, all) => (at === all.length - 8 ? byte ^ 1 : byte)),
      'FILE: the gzip data is broken',
    ],
  ])('refuses %s', async (_, name, content, fault) => {
    expect((await readAll(await writeTemporary(name, content))).fault).toBe(fault)
  })

  it('refuses a file that is not there, and a folder', async () => {
    const path = await writeTemporary('a.jsonl', 'x')
    expect(await readAll(`${path}.no`)).toMatchObject({ fault: 'FILE: no such file' })
    expect(await readAll(join(path, 'below'))).toMatchObject({ fault: 'FILE: no such file' })
    const folder = join(dirname(path), 'folder')
    await mkdir(folder)
    expect(await readAll(folder)).toMatchObject({
      fault: expect.stringContaining('is a folder, expected a file'),
    })
  })

  it('gives what there is of gzip that is cut off, and then says so', async () => {
    const zipped = gzipSync(LARGE)
    const read = await readAll(await writeTemporary('a.gz', zipped.subarray(0, zipped.length - 1000)))
    expect(read.fault).toBe('FILE: cut off: the file ends in the middle of its gzip data')
    expect(read.bytes.length).toBeGreaterThan(LARGE.length * 0.9)
    expect(LARGE.subarray(0, read.bytes.length).equals(read.bytes)).toBe(true)
  })

  it('tells how far it came, in bytes of the file', async () => {
    const zipped = gzipSync(LARGE)
    const told: ReadProgress[] = []
    await readAll(await writeTemporary('a.gz', zipped), (progress) => told.push(progress))
    expect(told.length).toBeGreaterThan(1)
    expect(told.at(-1)).toEqual({ doneBytes: zipped.length, totalBytes: zipped.length })
  })

  it('ends with the reason of its signal', async () => {
    const path = await writeTemporary('a.gz', gzipSync(LARGE))
    const stop = new AbortController()
    const chunks = readBytes(path, { signal: stop.signal })
    await chunks.next()
    stop.abort(new Error('stopped'))
    const drain = async () => {
      for await (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0)
    }
    await expect(drain()).rejects.toThrow('stopped')
  })

  it.skipIf(process.platform !== 'linux')('closes the file where the reader leaves early', async () => {
    const path = await writeTemporary('a.gz', gzipSync(randomBytes(12_000_000), { level: 0 }))
    const isOpen = () => readdirSync('/proc/self/fd').some((fd) => targetOf(`/proc/self/fd/${fd}`) === path)
    for await (const chunk of readBytes(path, { signal })) {
      expect([chunk.length > 0, isOpen()]).toEqual([true, true])
      break
    }
    await vi.waitUntil(() => !isOpen(), 20_000)
    expect(isOpen()).toBe(false)
  })
})

/** What a link points to; undefined where it has gone meanwhile, as that to the folder that is being read. */
function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch {
    return undefined
  }
}

describe('isOrdinaryFile', () => {
  it('tells a file from what can be read only once', async () => {
    expect(await isOrdinaryFile(await writeTemporary('a', 'x'))).toBe(true)
    expect(await isOrdinaryFile('/dev/null')).toBe(false)
    await expect(isOrdinaryFile('/no/such/file')).rejects.toThrow('/no/such/file: no such file')
  })
})
