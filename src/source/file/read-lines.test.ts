import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLines } from './read-lines.js'

async function* streamOf(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks
}

async function linesOf(chunks: readonly (string | Buffer)[], maxLineBytes = 100) {
  const found: [number, string | undefined][] = []
  for await (const { number, bytes } of readLines(
    streamOf(chunks.map((each) => Buffer.from(each))),
    maxLineBytes,
  )) {
    found.push([number, bytes?.toString('utf8')])
  }
  return found
}

describe('readLines', () => {
  it.each<[string, readonly string[], readonly (readonly [number, string | undefined])[]]>([
    ['nothing', [], []],
    ['an empty chunk', [''], []],
    ['a line without an end', ['abc'], [[1, 'abc']]],
    ['a line with an end', ['abc\n'], [[1, 'abc']]],
    [
      'a line over chunks',
      ['a', 'b', 'c\nd'],
      [
        [1, 'abc'],
        [2, 'd'],
      ],
    ],
    [
      'ends of CRLF, cut in two',
      ['a\r', '\nb\r\n'],
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    ['a carriage return at the very end', ['a\r'], [[1, 'a']]],
    ['a carriage return inside a line, kept', ['a\rb\n'], [[1, 'a\rb']]],
    ['blank lines, which count', ['\n \t\n\r\na\n\n'], [[4, 'a']]],
    [
      'a byte order mark',
      ['\uFEFFa\nb'],
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    ['a byte order mark and nothing else', ['\uFEFF\n'], []],
    [
      'a byte order mark further on, kept',
      ['a\n\uFEFFb'],
      [
        [1, 'a'],
        [2, '\uFEFFb'],
      ],
    ],
    [
      'characters of several bytes',
      ['ä\n€\n🔔'],
      [
        [1, 'ä'],
        [2, '€'],
        [3, '🔔'],
      ],
    ],
  ])('reads %s', async (_, chunks, expected) => {
    expect(await linesOf(chunks)).toEqual(expected)
  })

  it('joins a byte order mark that comes in pieces', async () => {
    expect(await linesOf([Buffer.from([0xef]), Buffer.from([0xbb]), Buffer.from([0xbf, 0x61])])).toEqual([
      [1, 'a'],
    ])
  })

  it.each([
    ['in one chunk', ['123456\n12345\n']],
    ['in pieces', ['1234', '56', '\n', '12345\n']],
  ])('tells of a line that is too long %s, and reads on', async (_, chunks) => {
    expect(await linesOf(chunks, 5)).toEqual([
      [1, undefined],
      [2, '12345'],
    ])
  })

  it('tells of a last line that is too long', async () => {
    expect(await linesOf(['1\n123', '456'], 5)).toEqual([
      [1, '1'],
      [2, undefined],
    ])
  })

  it('reads the same lines however the bytes are cut into chunks', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r\n', ' ', '🔔', '{"x":1}', '\uFEFF') })
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.array(fc.nat(60), { maxLength: 8 }),
        fc.integer({ min: 1, max: 12 }),
        async (all, cuts, max) => {
          const bytes = Buffer.from(all)
          const at = [0, ...cuts.filter((cut) => cut <= bytes.length), bytes.length].toSorted((a, b) => a - b)
          const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
          expect(await linesOf(chunks, max)).toEqual(await linesOf([bytes], max))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('reads what a plain split reads', async () => {
    const line = fc.string({ unit: 'binary' }).map((each) => each.replaceAll(/[\n\r\uFEFF]/g, '') || 'x')
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 20 }),
        fc.constantFrom('\n', '\r\n'),
        async (lines, end) => {
          const expected = lines
            .map((each, index) => [index + 1, each])
            .filter(([, each]) => !/^[ \t]*$/.test(String(each)))
          expect(await linesOf([lines.join(end)], 10_000)).toEqual(expected)
        },
      ),
      { numRuns: 200 },
    )
  })
})
