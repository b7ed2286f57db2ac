import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SourceError } from '../../model/source-error.js'
import type { TraceMatch } from '../../model/trace-match.js'
import { searchSplitting, type AskPage, type SecondsWindow, type SplitOptions } from './split-search.js'

function trace(index: number, startSecond: number, durationMs = 100): TraceMatch {
  const traceId = index.toString(16).padStart(32, '0')
  return {
    traceId,
    rootServiceName: 'shop',
    rootSpanName: 'GET /',
    failedServices: [],
    start: startSecond * 1000,
    durationMs,
  }
}

const byId = (traces: readonly TraceMatch[]): Map<string, TraceMatch> =>
  new Map(traces.map((each) => [each.traceId, each]))

const by = (budget: number, enough?: number): SplitOptions<TraceMatch> => ({
  budget,
  enough,
  merge: (one, other) => (other.durationMs > one.durationMs ? other : one),
})

/** A server that answers some `limit` of the traces that overlap the window, the last ones, as no order is promised. */
function serve(
  traces: readonly TraceMatch[],
  limit: number,
): AskPage<TraceMatch> & { asked: SecondsWindow[] } {
  const asked: SecondsWindow[] = []
  const askPage: AskPage<TraceMatch> = async (window) => {
    asked.push(window)
    const inside = traces.filter(({ start = 0, durationMs }) => {
      return start / 1000 <= window.end && (start + durationMs) / 1000 >= window.start
    })
    return { found: byId(inside.slice(-limit)), limit }
  }
  return Object.assign(askPage, { asked })
}

const ids = (matches: readonly TraceMatch[]): string[] => matches.map(({ traceId }) => traceId).sort()

describe('searchSplitting', () => {
  it('asks once where the page is not full', async () => {
    const server = serve([trace(1, 10), trace(2, 20)], 3)
    const found = await searchSplitting({ start: 0, end: 60 }, by(8), server)
    expect(found).toEqual({ found: [trace(1, 10), trace(2, 20)], complete: true })
    expect(server.asked).toHaveLength(1)
  })

  it('halves a full window, the newer half first, until no page is full', async () => {
    const traces = Array.from({ length: 8 }, (_, index) => trace(index, index * 8))
    const server = serve(traces, 4)
    const found = await searchSplitting({ start: 0, end: 64 }, by(32), server)
    expect(found.complete).toBe(true)
    expect(ids(found.found)).toEqual(ids(traces))
    expect(server.asked.slice(0, 2)).toEqual([
      { start: 0, end: 64 },
      { start: 32, end: 64 },
    ])
  })

  it('says that a second with more traces than fit a page is not complete', async () => {
    const traces = Array.from({ length: 5 }, (_, index) => trace(index, 10))
    const found = await searchSplitting({ start: 10, end: 11 }, by(32), serve(traces, 4))
    expect(found.complete).toBe(false)
    expect(found.found).toHaveLength(4)
  })

  it('stops at its budget and says so', async () => {
    const traces = Array.from({ length: 1000 }, (_, index) => trace(index, index % 60))
    const server = serve(traces, 10)
    const found = await searchSplitting({ start: 0, end: 60 }, by(5), server)
    expect(server.asked).toHaveLength(5)
    expect(found.complete).toBe(false)
    expect(found.found.length).toBeGreaterThanOrEqual(10)
  })

  it('stops where enough is found', async () => {
    const traces = Array.from({ length: 40 }, (_, index) => trace(index, index))
    const server = serve(traces, 10)
    const found = await searchSplitting({ start: 0, end: 60 }, by(32, 10), server)
    expect(server.asked).toHaveLength(1)
    expect(found.complete).toBe(false)
    expect(found.found).toHaveLength(10)
  })

  it('halves a window whose page was too large to be read', async () => {
    const traces = [trace(1, 10), trace(2, 50)]
    const server = serve(traces, 10)
    const askPage: AskPage<TraceMatch> = async (window, first) =>
      first ? { found: new Map(), limit: 0 } : server(window, first)
    const found = await searchSplitting({ start: 0, end: 60 }, by(8), askPage)
    expect(found.complete).toBe(true)
    expect(ids(found.found)).toEqual(ids(traces))
  })

  it('answers what it found, and why there is no more, where a later page fails', async () => {
    const failure = new SourceError('Tempo API error: 503', { reason: 'transient' })
    const server = serve([trace(1, 10), trace(2, 20)], 2)
    const askPage: AskPage<TraceMatch> = async (window, first) => {
      if (first) return server(window, first)
      throw failure
    }
    const found = await searchSplitting({ start: 0, end: 60 }, by(8), askPage)
    expect(found).toEqual({ found: [trace(1, 10), trace(2, 20)], complete: false, failure })
  })

  it('fails where the first page does', async () => {
    const failure = new SourceError('Tempo API error: 503', { reason: 'transient' })
    await expect(searchSplitting({ start: 0, end: 60 }, by(8), () => Promise.reject(failure))).rejects.toBe(
      failure,
    )
  })

  it('knows a trace that grew between two pages by its longer part', async () => {
    const pages = [[trace(1, 10, 5), trace(2, 20)], [trace(2, 20, 900)], [trace(1, 10, 3)]]
    const askPage: AskPage<TraceMatch> = async () => ({ found: byId(pages.shift() ?? []), limit: 2 })
    const { found } = await searchSplitting({ start: 0, end: 60 }, by(8), askPage)
    expect(found).toEqual(expect.arrayContaining([trace(1, 10, 5), trace(2, 20, 900)]))
  })

  it('finds every trace, or says that it did not, whatever the traffic', async () => {
    const traffic = fc.array(
      fc.record({
        second: fc.integer({ min: 0, max: 120 }),
        durationMs: fc.integer({ min: 0, max: 90_000 }),
      }),
      { maxLength: 60 },
    )
    await fc.assert(
      fc.asyncProperty(
        traffic,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 80 }),
        async (each, limit, budget) => {
          const traces = each.map(({ second, durationMs }, index) => trace(index, second, durationMs))
          const server = serve(traces, limit)
          const found = await searchSplitting({ start: 0, end: 120 }, by(budget), server)
          expect(server.asked.length).toBeLessThanOrEqual(budget)
          if (found.complete) expect(ids(found.found)).toEqual(ids(traces))
          else expect(found.found.length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 300 },
    )
  })
})
