import { describe, expect, it } from 'vitest'
import type { Answer, SearchQuestion } from '../model/question.js'
import type { Source } from '../model/source.js'
import { MINUTE_MS, SECOND_MS } from '../model/time.js'
import type { TraceMatch } from '../model/trace-match.js'
import { createFreshnessMeter } from './freshness-meter.js'
import { createMeasuredSource } from './measured-source.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const TOLD_MS = 40 * SECOND_MS
const { signal } = new AbortController()

/** Traces that end every second, each of which is shown so long after its end. */
function setUp(
  lagOf: (second: number) => number,
  change: (answer: Answer<TraceMatch>) => object = () => ({}),
) {
  const shown = ({ window }: SearchQuestion): TraceMatch[] =>
    Array.from({ length: 1000 }, (_, second) => ({ second, end: T0 + second * SECOND_MS }))
      .filter(({ second, end }) => end + lagOf(second) <= window.end && end >= window.start)
      .map(({ second, end }) => ({
        traceId: String(second),
        rootServiceName: 'shop',
        rootSpanName: 'GET /cart',
        start: end - 500,
        durationMs: 500,
        failedServices: [],
      }))
  const source: Source = {
    search: async (question) => {
      const answer = {
        items: shown(question),
        coverage: question.window,
        completeness: 'complete',
        asOf: question.window.end,
      } as const
      return { ...answer, ...change(answer) }
    },
    queryRange: async () => Promise.reject(new Error('not asked here')),
    freshness: async () => ({ lagMs: TOLD_MS, known: true }),
  }
  const meter = createFreshnessMeter({ knownLagMs: 0, defaultLagMs: 0, mostLagMs: 5 * MINUTE_MS })
  const measured = createMeasuredSource(source, meter)
  const poll = async (at: number, lookBackMs = 4 * MINUTE_MS): Promise<number> => {
    const window = { start: at - lookBackMs, end: at }
    await measured.search({ kind: 'search', query: undefined, window, budget: 1 }, signal)
    return (await measured.freshness(at, signal)).lagMs
  }
  const polls = async (count: number): Promise<number> => {
    let lagMs = 0
    for (let each = 0; each < count; each += 1) lagMs = await poll(T0 + each * 30 * SECOND_MS)
    return lagMs
  }
  return { measured, poll, polls }
}

describe('createMeasuredSource', () => {
  it.each([
    ['that is below what is told', () => 10 * SECOND_MS, TOLD_MS],
    // Shown between two polls, half a minute apart: the lag is at least that of the first.
    ['that is above it', () => 100 * SECOND_MS, 120 * SECOND_MS],
    ['of all but one in a hundred', (second: number) => (second % 200 === 0 ? 150_000 : 5000), TOLD_MS],
    ['of two in a hundred', (second: number) => (second % 50 === 0 ? 150_000 : 5000), 120 * SECOND_MS],
  ])('has a lag %s', async (_, lagOf, expected) => {
    expect(await setUp(lagOf).polls(12)).toBe(expected)
  })

  it('believes what is told until it has seen enough', async () => {
    expect(await setUp(() => 100 * SECOND_MS).polls(4)).toBe(TOLD_MS)
  })

  it.each([
    ['a part', { completeness: 'partial' }],
    ['a failure', { failure: new Error('cut') }],
  ])('learns nothing from %s', async (_, change) => {
    expect(
      await setUp(
        () => 100 * SECOND_MS,
        () => change,
      ).polls(12),
    ).toBe(TOLD_MS)
  })

  it('learns nothing from traces that an earlier search could not have shown', async () => {
    const { poll, polls } = setUp(() => 0)
    await polls(2)
    await poll(T0 + 900 * SECOND_MS, MINUTE_MS)
    expect(await poll(T0 + 930 * SECOND_MS, 15 * MINUTE_MS)).toBe(TOLD_MS)
  })

  it('answers and fails as the source does', async () => {
    const { measured } = setUp(() => 0)
    const question = { kind: 'search', query: '{ }', window: { start: T0, end: T0 }, budget: 1 } as const
    expect((await measured.search(question, signal)).items.map(({ traceId }) => traceId)).toEqual(['0'])
    await expect(
      measured.queryRange({ query: '', window: question.window, stepMs: 1 }, signal),
    ).rejects.toThrow('not asked here')
  })
})
