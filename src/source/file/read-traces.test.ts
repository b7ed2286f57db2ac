import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Trace } from '../../model/trace.js'
import { FileError } from './file-error.js'
import type { BadLine } from './read-spans.js'
import { readTraces } from './read-traces.js'
import { lineOf, writeTemporary } from '../../../test/otlp-lines.js'

const { signal } = new AbortController()

async function read(path: string, options: { maxBytes?: number; maxLineBytes?: number } = {}) {
  const traces: Trace[] = []
  const badLines: BadLine[] = []
  const reading = await readTraces(path, {
    signal,
    maxBytes: 10_000_000,
    ...options,
    onTrace: (trace) => traces.push(trace),
    onBadLine: (line) => badLines.push(line),
  })
  return { traces, badLines, reading }
}

const spanCounts = (traces: readonly Trace[]) =>
  traces.map(({ spans }) => spans.length).toSorted((a, b) => a - b)

describe('readTraces', () => {
  it('puts a trace together from lines that are far from each other', async () => {
    const lines = [
      lineOf({ traceId: 1, spanId: 1 }, { traceId: 2, spanId: 2 }),
      lineOf({ traceId: 3, spanId: 3 }),
      lineOf({ traceId: 1, spanId: 4 }, { traceId: 1, spanId: 5 }),
    ]
    const { traces, reading } = await read(await writeTemporary('a.jsonl', lines.join('\n')))
    expect(spanCounts(traces)).toEqual([1, 1, 3])
    expect(reading).toEqual({
      spans: 5,
      badLines: 0,
      refusedSpans: 0,
      lateSpans: 0,
      mayRepeat: false,
      cutOff: undefined,
    })
  })

  it('passes over a line that was written twice', async () => {
    const line = lineOf({ traceId: 1, spanId: 1 }, { traceId: 1, spanId: 2 })
    const { traces } = await read(await writeTemporary('a.jsonl.gz', gzipSync(`${line}\n${line}\n`)))
    expect(spanCounts(traces)).toEqual([2])
  })

  it('names every bad line, and reads the others', async () => {
    const noHex = lineOf({ traceId: 1, spanId: 1 }).replace(/"traceId":"0{31}1"/, '"traceId":"xyz"')
    const long = lineOf({ traceId: 7, spanId: 7, name: 'x'.repeat(2000) })
    const lines = [
      '\uFEFF',
      'no JSON',
      lineOf({ traceId: 1, spanId: 1 }),
      '[]',
      noHex,
      long,
      '{"resourceLogs":[]}\r',
    ]
    const path = await writeTemporary('a.jsonl', lines.join('\n'))
    const { traces, badLines, reading } = await read(path, { maxLineBytes: 1000 })
    expect(traces).toHaveLength(1)
    expect(reading).toMatchObject({ spans: 1, badLines: 4 })
    expect(badLines).toEqual([
      { number: 2, problem: expect.stringMatching(/^invalid JSON: /) },
      { number: 4, problem: 'invalid OTLP at request: found a list, expected an object' },
      {
        number: 5,
        problem:
          'invalid OTLP at request.resourceSpans[0].scopeSpans[0].spans[0].traceId: found "xyz", expected 32 hex digits',
      },
      { number: 6, problem: 'the line is longer than 1000 bytes' },
    ])
  })

  it('counts spans without a valid id', async () => {
    const path = await writeTemporary('a.jsonl', lineOf({ traceId: 0, spanId: 1 }, { traceId: 1, spanId: 1 }))
    expect((await read(path)).reading).toMatchObject({ spans: 1, refusedSpans: 1 })
  })

  it('reads what there is of a file that is cut off, and says so', async () => {
    const lines = Array.from({ length: 3000 }, (_, at) =>
      lineOf({ traceId: at + 1, spanId: ((at * 7919) % 100_003) + 1 }),
    )
    const zipped = gzipSync(lines.join('\n'))
    const path = await writeTemporary('a.jsonl.gz', zipped.subarray(0, zipped.length - 1000))
    const { traces, reading, badLines } = await read(path)
    expect(reading.cutOff?.message).toBe(`${path}: cut off: the file ends in the middle of its gzip data`)
    expect(traces.length).toBeGreaterThan(1000)
    expect(traces.length).toBeLessThan(3000)
    expect(badLines).toEqual([])
  })

  it.each([
    ['only blank lines', '\n\n', 'found no spans; expected OTLP JSON Lines'],
    ['another format', '{"data":\n[1]\n}', 'found no spans; bad lines: 3; expected OTLP JSON Lines'],
    [
      'no valid span',
      lineOf({ traceId: 0, spanId: 1 }),
      'found no spans; spans without a valid id: 1; expected',
    ],
    [
      'requests without a span',
      '{"resourceSpans":[]}',
      'found no spans; expected OTLP JSON Lines: one object with resourceSpans on each line',
    ],
  ])('refuses a file of %s', async (_, content, message) => {
    const path = await writeTemporary('a.jsonl', content)
    await expect(read(path)).rejects.toThrow(`${path}: ${message}`)
    await expect(read(path)).rejects.toBeInstanceOf(FileError)
  })

  it('says what is wrong with a file of which nothing can be read', async () => {
    await expect(read('/no/such.jsonl')).rejects.toThrow('/no/such.jsonl: no such file')
  })

  it('hands on what the taker of traces throws', async () => {
    const path = await writeTemporary('a.jsonl', lineOf({ traceId: 1, spanId: 1 }))
    const onTrace = () => {
      throw new Error('mine')
    }
    await expect(readTraces(path, { signal, maxBytes: 1000, onTrace, onBadLine: () => {} })).rejects.toThrow(
      'mine',
    )
  })

  it('is exact in little memory where the spans of a trace are near each other', async () => {
    const lines = Array.from({ length: 2000 }, (_, at) =>
      lineOf({ traceId: at + 1, spanId: 1 }, { traceId: at + 1, spanId: 2 }, { traceId: at, spanId: 3 }),
    )
    const { traces, reading } = await read(await writeTemporary('a.jsonl', lines.join('\n')), {
      maxBytes: 1_000_000,
    })
    expect(reading).toMatchObject({ lateSpans: 0, mayRepeat: false })
    expect(traces).toHaveLength(2000)
    expect(
      spanCounts(traces)
        .slice(1)
        .every((count) => count === 3),
    ).toBe(true)
  })

  it('finds every span or says what is wrong, whatever the file holds', async () => {
    const good = fc
      .array(fc.record({ traceId: fc.nat(4), spanId: fc.nat(20) }), { minLength: 1, maxLength: 4 })
      .map((spans) => lineOf(...spans))
    const bad = fc.oneof(
      fc.json(),
      fc.string(),
      good.map((line) => line.slice(0, -9)),
      fc.constant('{}'),
    )
    const content = fc.oneof(
      fc.array(fc.oneof(good, bad), { maxLength: 12 }).map((lines) => Buffer.from(lines.join('\n'))),
      fc.uint8Array({ maxLength: 300 }),
    )
    const wrap = fc.constantFrom('plain', 'gzip', 'cut')
    await fc.assert(
      fc.asyncProperty(content, wrap, fc.integer({ min: 1, max: 20_000 }), async (bytes, how, maxBytes) => {
        const file = how === 'plain' ? bytes : gzipSync(bytes).subarray(0, how === 'cut' ? -6 : undefined)
        const path = await writeTemporary('a', file)
        try {
          const { traces, reading } = await read(path, { maxBytes })
          const given = traces.reduce((sum, { spans }) => sum + spans.length, 0)
          expect(given + reading.lateSpans).toBeLessThanOrEqual(reading.spans)
          expect(given).toBeGreaterThan(0)
          if (!reading.mayRepeat) {
            expect(new Set(traces.map(({ traceId }) => traceId)).size).toBe(traces.length)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(FileError)
        }
      }),
      { numRuns: 150 },
    )
  })
})
