import { describe, expect, it } from 'vitest'
import { createTestSpanSource } from '../../test/span-source.js'
import { createTestClock } from '../../test/test-clock.js'
import { SourceError } from '../model/source-error.js'
import { withBackOff } from './back-off.js'

const { signal } = new AbortController()
const WINDOW = { start: 0, end: 60_000 }
const QUESTION = { kind: 'search', query: '{ }', window: WINDOW, budget: 1 } as const

async function failThrice(ask: () => Promise<string>): Promise<void> {
  for (let each = 0; each < 3; each += 1) await ask()
}

function build(random = 0, retryAfterMs?: number) {
  const clock = createTestClock()
  let reason: SourceError['reason'] | undefined = 'transient'
  const inner = createTestSpanSource({
    parts: [],
    failure: () =>
      reason === undefined ? undefined : new SourceError('Tempo API error: 503', { reason, retryAfterMs }),
  })
  const source = withBackOff(inner, { clock, random: () => random })
  const ask = async (): Promise<string> =>
    source.search(QUESTION, signal).then(
      () => 'answered',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
  return { clock, inner, ask, source, fail: (next: SourceError['reason'] | undefined) => (reason = next) }
}

describe('a source that is out of reach', () => {
  it('is left alone for a while, longer each time, up to a minute', async () => {
    const { clock, inner, ask } = build()
    await ask()
    await ask()
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      const before = inner.asked.length
      expect(await ask()).toBe('Tempo API error: 503')
      expect(await ask()).toBe(`Tempo API error: 503; asked again in ${seconds} s`)
      await clock.advance(seconds * 1000 - 1)
      expect(await ask()).toBe('Tempo API error: 503; asked again in 1 s')
      expect(inner.asked.length).toBe(before + 1)
      await clock.advance(1)
    }
  })

  it('is asked as ever once it answers', async () => {
    const { clock, ask, fail } = build()
    await failThrice(ask)
    await clock.advance(1000)
    await ask()
    fail(undefined)
    await clock.advance(2000)
    expect(await ask()).toBe('answered')
    fail('transient')
    await failThrice(ask)
    expect(await ask()).toBe('Tempo API error: 503; asked again in 1 s')
  })

  it('is asked again a little earlier, by chance', async () => {
    const { clock, ask } = build(0.999)
    await failThrice(ask)
    await clock.advance(501)
    expect(await ask()).toBe('Tempo API error: 503')
  })

  it('is left alone whatever is asked', async () => {
    const { source, inner, ask } = build()
    await ask()
    await ask()
    await expect(
      source.queryRange({ query: '{ } | rate()', window: WINDOW, stepMs: 1000 }, signal),
    ).rejects.toThrow('503')
    const spans = { query: '{ }', fields: [], window: WINDOW, budget: 1, inParts: false }
    await expect(source.searchSpans(spans, signal)).rejects.toThrow('asked again in 1 s')
    await expect(source.tracesInParts(WINDOW, 5, signal)).rejects.toThrow('asked again in 1 s')
    await expect(
      source.wholeTraces({ ids: [], fields: [], window: WINDOW, budget: 1 }, signal),
    ).rejects.toThrow('asked again in 1 s')
    expect(inner.asked).toHaveLength(3)
  })

  it('is not left alone for a question now and then that it is too slow for', async () => {
    const { ask, inner, fail } = build()
    for (let round = 0; round < 5; round += 1) {
      fail('transient')
      await ask()
      await ask()
      fail(undefined)
      expect(await ask()).toBe('answered')
    }
    expect(inner.asked).toHaveLength(15)
  })

  it.each([
    [20_000, 20],
    [3_600_000, 60],
  ])('is left alone for as long as it says: %i ms', async (retryAfterMs, seconds) => {
    const { ask, fail } = build(0.5, retryAfterMs)
    expect(await ask()).toBe('Tempo API error: 503')
    expect(await ask()).toBe(`Tempo API error: 503; asked again in ${seconds} s`)
    fail(undefined)
  })
})

describe('a source that refuses a question', () => {
  it.each(['rejected', 'failed', 'unsupported', 'invalid'] as const)(
    'as %s is asked the next one at once',
    async (reason) => {
      const { ask, inner, fail } = build()
      fail(reason)
      await ask()
      await ask()
      expect(inner.asked).toHaveLength(2)
    },
  )
})
