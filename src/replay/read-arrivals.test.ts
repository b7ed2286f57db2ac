import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeTemporary } from '../../test/otlp-lines.js'
import { FileError } from '../source/file/file-error.js'
import { openArrivals } from './read-arrivals.js'
import { ReplayError } from './replay-error.js'

async function read(content: string | Uint8Array, ...lines: readonly number[]): Promise<readonly number[]> {
  const arrivals = openArrivals(await writeTemporary('arrival.txt', content), {
    signal: new AbortController().signal,
  })
  const found: number[] = []
  try {
    for (const line of lines) found.push(await arrivals.of(line))
  } finally {
    await arrivals.close()
  }
  return found
}

describe('the file of arrivals', () => {
  it.each([
    ['plain', '1700000000000\n1700000001000\n', [1, 2], [1_700_000_000_000, 1_700_000_001_000]],
    ['without an end', '1\n2', [1, 2], [1, 2]],
    ['of lines that end in CRLF', '1\r\n2\r\n', [1, 2], [1, 2]],
    ['of lines with blanks and fractions', ' 1.5 \n2', [1, 2], [1.5, 2]],
    ['of which some lines are not asked for', '1\n\nnonsense\n4\n', [1, 4], [1, 4]],
    ['gzip', gzipSync('7\n8\n'), [2], [8]],
  ])('is read: %s', async (_, content, lines, expected) => {
    expect(await read(content, ...lines)).toEqual(expected)
  })

  it.each([
    ['1\n', [1, 2], 'arrival.txt: has no line 2, expected as many lines as the traces have'],
    ['1\n\n3\n', [2], 'arrival.txt:2: found nothing, expected Unix milliseconds'],
    ['soon\n', [1], 'arrival.txt:1: found "soon", expected Unix milliseconds'],
    ['-1\n', [1], 'arrival.txt:1: found "-1", expected Unix milliseconds'],
    ['1e9\n', [1], 'arrival.txt:1: found "1e9", expected Unix milliseconds'],
    [`${'1'.repeat(65)}\n`, [1], 'arrival.txt:1: found more than 64 bytes, expected Unix milliseconds'],
  ])('says what is wrong with it: %j', async (content, lines, problem) => {
    await expect(read(content, ...lines)).rejects.toThrow(ReplayError)
    await expect(read(content, ...lines)).rejects.toThrow(problem)
  })

  it('says where it cannot be read', async () => {
    await expect(
      openArrivals('/nowhere.txt', { signal: new AbortController().signal }).of(1),
    ).rejects.toThrow(FileError)
  })

  it('is read or refused, whatever is in it', async () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[\d.\n\r -]*$/), fc.uint8Array())
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        const outcome = await read(content, 1, 2).catch((error: unknown) => error)
        if (Array.isArray(outcome)) expect(outcome.every((at) => at >= 0)).toBe(true)
        else expect(outcome instanceof ReplayError || outcome instanceof FileError).toBe(true)
      }),
      { numRuns: 50 },
    )
  })
})
