import { describe, expect, it } from 'vitest'
import { A, countRange, ERROR_SPANS, get, hex, idsOf, setUp, span, START_MS, tracesOf } from './asking.js'

function traceLabel(id: string) {
  return { key: 'trace:id', value: { stringValue: id } }
}

describe('what metrics count', () => {
  it('counts every span once in windows that follow each other, however they are cut', async () => {
    const { clock, tempo } = setUp()
    for (let i = 1; i <= 200; i += 1) {
      tempo.push({ traceId: hex(i, 32), spans: [span(clock.now())] })
      await clock.advance(250)
    }
    await clock.advance(60_000)
    const from = START_MS / 1000 - 1
    const counts = (seconds: number) =>
      Array.from({ length: 60 / seconds }, (_, i) => countRange(tempo, from + (i + 1) * seconds, seconds))
    for (const seconds of [1, 5, 20, 60]) {
      expect(counts(seconds).reduce((a, b) => a + b)).toBe(200)
    }
  })

  it('names a trace of the step before, with nothing but zeros', async () => {
    const { clock, tempo } = setUp()
    const start = START_MS / 1000
    tempo.push({ traceId: A, spans: [span(0, { startMs: START_MS - 90_000 })] })
    await clock.advance(120_000)
    const q = '{status=error} | count_over_time() by (trace:id) with (exemplars=false)'
    const window = { q, start, end: start + 60, step: 60 }
    const { body } = get(tempo, '/api/metrics/query_range', window)
    const samples = [{ timestampMs: `${START_MS}` }, { timestampMs: `${START_MS + 60_000}` }]
    expect(body).toHaveProperty('series', [{ labels: [traceLabel('a')], samples }])
  })

  it('gives no series at all where nothing was received, and a series of zeros beside other spans', async () => {
    const { clock, tempo } = setUp()
    const window = { q: ERROR_SPANS, start: START_MS / 1000 - 30, end: START_MS / 1000 + 30, step: 30 }
    await clock.advance(90_000)
    expect(get(tempo, '/api/metrics/query_range', window).body).toMatchObject({ series: [] })
    const other = setUp()
    other.tempo.push({ traceId: A, spans: [span(other.clock.now(), { error: false })] })
    await other.clock.advance(90_000)
    const { body } = get(other.tempo, '/api/metrics/query_range', window)
    expect(JSON.stringify(body)).not.toContain('"value":0')
    expect(body).toMatchObject({ series: [{ samples: [{}, {}, {}] }] })
  })

  it('counts a re-sent span twice, which search shows once', async () => {
    const { clock, tempo } = setUp()
    tempo.push({ traceId: A, spans: [span(clock.now())] })
    tempo.push({ traceId: A, spans: [span(clock.now())] })
    await clock.advance(60_000)
    expect(countRange(tempo, START_MS / 1000, 60)).toBe(2)
    expect(tracesOf(tempo, clock.now())).toMatchObject([{ spanSet: { matched: 1 } }])
  })

  it('forgets a span that started long before it came, and search wants its arrival in the window', async () => {
    const { clock, tempo } = setUp()
    const startMs = START_MS - 180_000
    tempo.push({ traceId: A, spans: [span(0, { startMs, durationMs: 20 })] })
    await clock.advance(45_000)
    const around = startMs / 1000 + 20
    expect(countRange(tempo, around, 60)).toBe(1)
    await clock.advance(15_000)
    expect(countRange(tempo, around, 60)).toBe(0)
    expect(idsOf(get(tempo, '/api/search', { start: around - 60, end: around }).body)).toEqual([])
    expect(idsOf(get(tempo, '/api/search', { start: around - 60, end: START_MS / 1000 }).body)).toEqual(['a'])
  })

  it('says PARTIAL over the limit of series, and gives no more than that', async () => {
    const { clock, tempo } = setUp({ maxResponseSeries: 2 })
    for (let i = 1; i <= 3; i += 1) tempo.push({ traceId: hex(i, 32), spans: [span(clock.now())] })
    await clock.advance(60_000)
    const q = '{status=error} | count_over_time() by (trace:id) with (exemplars=false)'
    const window = { q, start: START_MS / 1000 - 60, end: START_MS / 1000, step: 60 }
    const { body } = get(tempo, '/api/metrics/query_range', window)
    expect(body).toMatchObject({ status: 'PARTIAL', series: [{}, {}] })
  })

  it('names traces as exemplars unless told not to', async () => {
    const { clock, tempo } = setUp()
    tempo.push({ traceId: A, spans: [span(clock.now())] })
    await clock.advance(60_000)
    const window = { start: START_MS / 1000 - 60, end: START_MS / 1000, step: 60 }
    const ask = (q: string) => JSON.stringify(get(tempo, '/api/metrics/query_range', { q, ...window }).body)
    expect(ask('{} | count_over_time()')).toContain('"trace:id","value":{"stringValue":"a"}')
    expect(ask('{} | count_over_time() with (exemplars=false)')).not.toContain('exemplars')
  })
})
