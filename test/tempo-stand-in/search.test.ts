import { describe, expect, it } from 'vitest'
import { A, get, hex, idsOf, search, setUp, span, START_MS } from './asking.js'

async function many(seed: number) {
  const { clock, tempo } = setUp({ seed })
  for (let i = 1; i <= 50; i += 1) {
    tempo.push({ traceId: hex(i, 32), spans: [span(clock.now())] })
    await clock.advance(100)
  }
  await clock.advance(60_000)
  return { clock, tempo, ids: (limit: number) => search(tempo, clock.now(), { limit }) }
}

describe('what a search gives', () => {
  it('is all of it, newest first, below the limit', async () => {
    const newestFirst = Array.from({ length: 50 }, (_, i) => (50 - i).toString(16))
    expect((await many(1)).ids(51)).toEqual(newestFirst)
  })

  it('is as many as the limit, newest first among those, and others at another time or seed', async () => {
    const { clock, ids } = await many(1)
    const first = ids(10)
    expect(first).toHaveLength(10)
    expect([...first].sort((a, b) => Number.parseInt(b, 16) - Number.parseInt(a, 16))).toEqual(first)
    expect(ids(10)).toEqual(first)
    expect((await many(1)).ids(10)).toEqual(first)
    expect((await many(2)).ids(10)).not.toEqual(first)
    await clock.advance(1_000)
    expect(ids(10)).not.toEqual(first)
  })

  it('is the newest with most_recent', async () => {
    const { clock, tempo } = await many(1)
    const q = '{} with (most_recent=true)'
    expect(search(tempo, clock.now(), { q, limit: 3 })).toEqual(['32', '31', '30'])
  })

  it('holds a long trace in every window that it touches, ends included', async () => {
    const { clock, tempo } = setUp()
    await clock.advance(20_000)
    const end = clock.now() / 1000
    tempo.push({ traceId: A, spans: [span(0, { startMs: START_MS + 5_000, durationMs: 15_000 })] })
    await clock.advance(60_000)
    const at = (from: number, to: number) => idsOf(get(tempo, '/api/search', { start: from, end: to }).body)
    expect(at(end - 25, end - 16)).toEqual([])
    expect(at(end - 25, end - 15)).toEqual(['a'])
    expect(at(end - 10, end - 5)).toEqual(['a'])
    expect(at(end, end + 5)).toEqual(['a'])
    expect(at(end + 1, end + 5)).toEqual([])
  })

  it.each([
    ['{ traceDuration > 1s }', ['c']],
    ['{traceDuration>=1s}', ['b', 'c']],
    ['{ trace:duration >= 1001ms }', ['c']],
    ['{ true }', ['a', 'b', 'c']],
    ['{ resource.service.name = "shop" }', ['a', 'b', 'c']],
    ['{ resource.service.name = "other" }', []],
  ])('judges %s', async (q, expected) => {
    const { clock, tempo } = setUp()
    for (const [i, durationMs] of [999, 1000, 1001].entries()) {
      const traceId = hex(0xa + i, 32)
      tempo.push({ traceId, spans: [span(0, { startMs: START_MS - 2_000, durationMs })] })
    }
    await clock.advance(60_000)
    expect([...search(tempo, clock.now(), { q })].sort()).toEqual(expected)
  })
})
