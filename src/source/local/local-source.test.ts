import { describe, expect, it } from 'vitest'
import { holdTraces } from '../../../test/local-traces.js'
import { buildSpan, buildTrace, START_NANO } from '../../../test/conformance/traceql/build-trace.js'
import { toUnixNano } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import { createLocalSource } from './local-source.js'

const START = Number(START_NANO / 1_000_000n)
const { signal } = new AbortController()

function traceAt(number: number, startMs: number, durationMs: number): Trace {
  return buildTrace(
    buildSpan({
      traceId: String(number).padStart(32, '0'),
      name: `n${number}`,
      startTimeUnixNano: toUnixNano(START + startMs),
      endTimeUnixNano: toUnixNano(START + startMs + durationMs),
    }),
  )
}

function setUp({ completeSince = 0 } = {}) {
  const traces = {
    ...holdTraces([traceAt(1, 0, 1000), traceAt(2, 1000, 500), traceAt(3, 2000, 10)]),
    completeSince: () => START + completeSince,
  }
  const source = createLocalSource({
    traces,
    freshness: () => ({ lagMs: 5000, known: true }),
    clock: { now: () => START + 9000 },
  })
  return {
    source,
    search: (query: string | undefined, start: number, end: number) =>
      source.search(
        { kind: 'search', query, window: { start: START + start, end: START + end }, budget: 1 },
        signal,
      ),
  }
}

describe('searches over traces that are held here', () => {
  it.each([
    ['everything', undefined, 0, 9000, [3, 2, 1]],
    ['from the end of a trace', undefined, 1000, 9000, [3, 2, 1]],
    ['from after it', undefined, 1001, 9000, [3, 2]],
    ['up to the start of a trace', undefined, 0, 2000, [3, 2, 1]],
    ['up to before it', undefined, 0, 1999, [2, 1]],
    ['what matches', '{ duration > 400ms }', 0, 9000, [2, 1]],
    ['what matches in the window', '{ duration > 400ms }', 1200, 9000, [2]],
  ])('%s', async (_, query, start, end, expected) => {
    const { items, completeness, asOf, coverage } = await setUp().search(query, start, end)
    expect(items.map(({ traceId }) => Number(traceId))).toEqual(expected)
    expect({ completeness, asOf, coverage }).toEqual({
      completeness: 'complete',
      asOf: START + 9000,
      coverage: { start: START + start, end: START + end },
    })
  })

  it('are partial where traces may be missing', async () => {
    const { completeness } = await setUp({ completeSince: 1 }).search(undefined, 0, 9000)
    expect(completeness).toBe('partial')
  })

  it.each([
    ['{', 'rejected'],
    ['{ 1 = "a" }', 'rejected'],
    ['{ } | rate()', 'rejected'],
    ['{ parent.a = 1 }', 'unsupported'],
    ['{ -name = 1 }', 'rejected'],
    ['{ 1 / 0 = 1 }', 'failed'],
  ])('refuse %s: %s', async (query, reason) => {
    await expect(setUp().search(query, 0, 9000)).rejects.toMatchObject({ name: 'SourceError', reason })
  })
})

describe('metrics over traces that are held here', () => {
  const ask = (query: string, start: number, end: number, stepMs = 1000) =>
    setUp().source.queryRange({ query, window: { start: START + start, end: START + end }, stepMs }, signal)

  it('have a sample for each step of the window, start excluded, end included', async () => {
    const { items } = await ask('{ } | count_over_time()', 0, 3000)
    expect(items.map(({ samples }) => samples.map(({ at, value }) => [at - START, value]))).toEqual([
      [
        [1000, 1],
        [2000, 1],
        [3000, 0],
      ],
    ])
  })

  it('have labels as text', async () => {
    const { items } = await ask('{ } | max_over_time(duration) by (name, duration)', 0, 1000)
    expect(items.map(({ labels }) => [...labels])).toContainEqual([
      ['name', 'n2'],
      ['duration', '500ms'],
    ])
  })

  it.each([
    ['{ }', 1000, 'rejected'],
    ['{ } | rate()', 0, 'rejected'],
  ])('refuse %s in steps of %d ms', async (query, stepMs, reason) => {
    await expect(ask(query, 0, 3000, stepMs)).rejects.toMatchObject({ name: 'SourceError', reason })
  })
})

describe('the source', () => {
  it('tells its freshness', async () => {
    expect(await setUp().source.freshness(START, signal)).toEqual({ lagMs: 5000, known: true })
  })

  it('gives no answer to those who have gone', async () => {
    const question = { kind: 'search', query: undefined, window: { start: 0, end: 1 }, budget: 1 } as const
    await expect(setUp().source.search(question, AbortSignal.abort(new Error('gone')))).rejects.toThrow(
      'gone',
    )
  })
})
