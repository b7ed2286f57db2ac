import { describe, expect, it } from 'vitest'
import { A, get, hex, search, setUp, span, tracesOf } from './asking.js'

describe('when a trace becomes visible', () => {
  it('is by id at once, by search only after the delay of the live store', async () => {
    const { clock, tempo } = setUp({ queryEndCutoffMs: 0 })
    tempo.push({ traceId: A, spans: [span(clock.now())] })
    expect(get(tempo, `/api/v2/traces/${A}`).body).toHaveProperty('trace.resourceSpans')
    await clock.advance(8_499)
    expect(search(tempo, clock.now())).toEqual([])
    await clock.advance(1)
    expect(search(tempo, clock.now())).toEqual(['a'])
  })

  it('waits for the cutoff too', async () => {
    const { clock, tempo } = setUp()
    tempo.push({ traceId: A, spans: [span(clock.now())] })
    await clock.advance(29_000)
    expect(search(tempo, clock.now())).toEqual([])
    await clock.advance(2_000)
    expect(search(tempo, clock.now())).toEqual(['a'])
  })

  it.each([
    { everyMs: 5_000, seconds: 30, why: 'its first push is 30 s ago, though it still grows' },
    { everyMs: 10_000, seconds: 9, why: 'it paused longer than the delay' },
  ])('comes after $seconds s where $why', async ({ everyMs, seconds }) => {
    const { clock, tempo } = setUp({ queryEndCutoffMs: 0 })
    const seen: number[] = []
    for (let second = 0; second <= 40; second += 1) {
      if ((second * 1000) % everyMs === 0) {
        tempo.push({ traceId: A, spans: [span(clock.now(), { spanId: hex(second + 1, 16) })] })
      }
      if (search(tempo, clock.now()).length > 0) seen.push(second)
      await clock.advance(1_000)
    }
    expect(seen[0]).toBe(seconds)
  })

  it('takes in what is pushed later, once it can be seen', async () => {
    const { clock, tempo } = setUp({ queryEndCutoffMs: 0 })
    tempo.push({ traceId: A, spans: [span(clock.now(), { parentSpanId: hex(9, 16) })] })
    await clock.advance(20_000)
    const [before] = tracesOf(tempo, clock.now())
    expect(before).toMatchObject({ rootServiceName: '<root span not yet received>', durationMs: 20 })
    expect(before).not.toHaveProperty('rootTraceName')
    tempo.push({ traceId: A, spans: [span(clock.now(), { spanId: hex(9, 16), name: 'root' })] })
    await clock.advance(20_000)
    expect(tracesOf(tempo, clock.now())).toMatchObject([
      { rootServiceName: 'shop', rootTraceName: 'root', durationMs: 20_020, spanSet: { matched: 2 } },
    ])
  })
})
