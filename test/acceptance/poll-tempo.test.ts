import { describe, expect, it, onTestFinished } from 'vitest'
import { createTempoStandIn, type TempoStandInOptions } from '../tempo-stand-in/stand-in.js'
import type { TestTrace } from '../tempo-stand-in/test-trace.js'
import { createTestClock } from '../test-clock.js'
import { startCatcher } from './catcher.js'
import { makeTrace } from './traces.js'
import { startWatch } from './watch.js'

/** A stand-in for a Tempo 3 with default settings, the app that watches it, and the time they share. */
async function startBoth(
  variables: Readonly<Record<string, string>> = {},
  options: Partial<TempoStandInOptions> = {},
) {
  const clock = createTestClock()
  const tempo = createTempoStandIn({ clock, ...options })
  const server = await tempo.listen()
  onTestFinished(() => server.close())
  const start = (more: Readonly<Record<string, string>> = {}) =>
    startWatch({ TEMPO_URL: server.url, ...variables, ...more }, clock)
  return { clock, tempo, server, start }
}

const typesOf = (anomalies: readonly { type: string }[]): string[] => anomalies.map(({ type }) => type).sort()

describe('the promised polls', () => {
  it('are the two queries of the specification, by name, limit and spelling', async () => {
    const { tempo, start } = await startBoth()
    await start()
    const searches = tempo.requests.filter(({ path }) => path === '/api/search')
    expect(searches.map(({ params }) => [params['q'], params['limit']])).toEqual([
      [undefined, '100'],
      ['{status=error}', '100'],
    ])
    for (const { params } of searches) {
      expect(params['start']).toMatch(/^\d{10}$/)
      expect(params['end']).toMatch(/^\d{10}$/)
    }
  })

  it('are made at once and then every interval', async () => {
    const { clock, start } = await startBoth({ TEMPO_ALERT_INTERVAL_SECS: '10' })
    const startedAt = clock.now()
    const watch = await start()
    await watch.checks(3)
    expect(watch.outcomes.map(({ at }) => at - startedAt)).toEqual([0, 10_000, 20_000, 30_000])
  })

  it('send the tenant, the authorization and further headers with every request', async () => {
    const { tempo, start } = await startBoth({
      TEMPO_TENANT: 'team-a',
      TEMPO_TOKEN: 'sesame',
      TEMPO_HEADERS: 'X-Env=prod%2Ctest',
    })
    await start()
    expect(tempo.requests.length).toBeGreaterThan(3)
    for (const { headers } of tempo.requests) {
      expect(headers).toMatchObject({
        'x-scope-orgid': 'team-a',
        authorization: 'Bearer sesame',
        'x-env': 'prod,test',
      })
    }
  })
})

describe('a slow trace and a failed trace', () => {
  it('are found, posted as the specification writes them, and told once', async () => {
    const catcher = await startCatcher()
    const { clock, tempo, start } = await startBoth({
      TEMPO_ALERT_WEBHOOK_URL: catcher.url,
      TEMPO_ERROR_RATE_THRESHOLD: '1',
    })
    const slow = makeTrace({ endMs: clock.now(), durationMs: 1500, name: 'GET /api/search' })
    const failed = makeTrace({ endMs: clock.now(), error: true, name: 'POST /upload' })
    const well = makeTrace({ endMs: clock.now() })
    for (const trace of [slow, failed, well]) tempo.push(trace)
    const watch = await start()

    const found = await watch.checks(1)
    expect(typesOf(found)).toEqual(['error_status', 'high_latency'])
    await watch.logged('Trace anomaly alert sent successfully', 2)
    expect(await watch.checks(8)).toEqual([])
    const at = Math.floor((found[0]?.at ?? 0) / 1000)
    expect(catcher.bodies).toEqual(
      expect.arrayContaining([
        {
          anomaly_type: 'high_latency',
          trace_id: slow.traceId,
          span_name: 'GET /api/search',
          duration_ms: 1500,
          affected_traces: 1,
          total_traces: 3,
          timestamp: at,
        },
        {
          anomaly_type: 'error_status',
          trace_id: failed.traceId,
          span_name: 'POST /upload',
          error_message: 'Trace contains error status',
          affected_traces: 1,
          total_traces: 3,
          timestamp: at,
        },
      ]),
    )
    expect(catcher.bodies).toHaveLength(2)
  })

  it('are one trace twice, at most: as slow and as failed', async () => {
    const { clock, tempo, start } = await startBoth({ TEMPO_ERROR_RATE_THRESHOLD: '1' })
    tempo.push(makeTrace({ endMs: clock.now(), durationMs: 1500, error: true }))
    const watch = await start()
    expect(typesOf(await watch.checks(20))).toEqual(['error_status', 'high_latency'])
  })

  it('are logged in the words of the specification', async () => {
    const catcher = await startCatcher()
    const { clock, tempo, start } = await startBoth({
      TEMPO_ALERT_WEBHOOK_URL: catcher.url,
      TEMPO_ERROR_RATE_THRESHOLD: '1',
    })
    tempo.push(makeTrace({ endMs: clock.now(), durationMs: 1500 }))
    const watch = await start()
    await watch.checks(1)
    await watch.logged('Trace anomaly alert sent successfully', 1)
    await watch.checks(1)
    const log = watch.lines.join('')
    expect(log).toContain('🔔 Trace-based alerting started')
    expect(log).toMatch(/ DEBUG Running trace anomaly check\.\.\.\n/)
    expect(log).toMatch(/ DEBUG Querying Tempo for traces url="http:\/\/127\.0\.0\.1:\d+\/api\/search"/)
    expect(log).toMatch(/ DEBUG Retrieved traces from Tempo total_traces=1\n/)
    expect(log).toMatch(/ DEBUG No anomalies detected\n/)
    expect(log).toMatch(/ INFO Detected trace anomalies count=1\n/)
    expect(log).toMatch(/ INFO Trace anomaly alert sent successfully anomaly_type="high_latency"/)
    expect(log).not.toContain('hunter2')
  })

  it('is not slow at the threshold itself', async () => {
    const { clock, tempo, start } = await startBoth()
    tempo.push(makeTrace({ endMs: clock.now(), durationMs: 1000 }))
    tempo.push(makeTrace({ endMs: clock.now(), durationMs: 1001 }))
    const watch = await start()
    expect(await watch.checks(5)).toMatchObject([{ type: 'high_latency', durationMs: 1001 }])
  })
})

describe('a trace that becomes visible late', () => {
  it.each([
    ['with the defaults', {}],
    [
      'with a lookback that ends inside what Tempo hides',
      { TEMPO_LOOKBACK_WINDOW_SECS: '5', TEMPO_ALERT_INTERVAL_SECS: '5' },
    ],
    ['with no lateness at all but Tempo’s own', { TEMPO_MAX_LATENESS_SECS: '0' }],
  ])('is found once and none is missed, %s', async (_, variables) => {
    const { clock, tempo, start } = await startBoth({ TEMPO_ERROR_RATE_THRESHOLD: '1', ...variables })
    const watch = await start()
    const pushed: TestTrace[] = []
    const found: string[] = []
    for (let round = 0; round < 24; round += 1) {
      const trace = makeTrace({ endMs: clock.now(), error: true })
      tempo.push(trace)
      pushed.push(trace)
      for (const anomaly of await watch.checks(1))
        if (anomaly.type === 'error_status') found.push(anomaly.traceId)
    }
    for (const anomaly of await watch.checks(12))
      if (anomaly.type === 'error_status') found.push(anomaly.traceId)
    expect(found.sort()).toEqual(pushed.map(({ traceId }) => traceId).sort())
  })

  it('is found up to the allowed lateness, whatever its delay', async () => {
    const { clock, tempo, start } = await startBoth()
    const watch = await start()
    await watch.checks(4)
    // Sent so long after its end that it can be searched 119 s after it.
    const delays = [0, 20_000, 40_000, 60_000, 80_000, 110_000]
    for (const delayMs of delays) tempo.push(makeTrace({ endMs: clock.now() - delayMs, durationMs: 2000 }))
    const found = await watch.checks(6)
    expect(found.filter(({ type }) => type === 'high_latency')).toHaveLength(delays.length)
    expect(await watch.metric('tracebell_late_traces_total{type="high_latency"}')).toBe(0)
  })

  it('is counted as late beyond that, and told all the same', async () => {
    const { clock, tempo, start } = await startBoth({ TEMPO_MAX_LATENESS_SECS: '60' })
    const watch = await start()
    await watch.checks(4)
    tempo.push(makeTrace({ endMs: clock.now() - 125_000, durationMs: 2000 }))
    const found = await watch.checks(3)
    expect(typesOf(found)).toEqual(['high_latency'])
    expect(await watch.metric('tracebell_late_traces_total{type="high_latency"}')).toBe(1)
  })

  it('is not lost while Tempo cannot be asked', async () => {
    const { clock, tempo, server, start } = await startBoth()
    const watch = await start()
    await server.refuse()
    tempo.push(makeTrace({ endMs: clock.now(), durationMs: 2000 }))
    expect(await watch.checks(20)).toEqual([])
    await server.accept()
    expect(typesOf(await watch.checks(1))).toEqual(['high_latency'])
  })
})

describe('a full page', () => {
  it('is not the truth: every slow and every failed trace of many is found', async () => {
    const { clock, tempo, start } = await startBoth()
    for (let each = 0; each < 400; each += 1) {
      tempo.push(
        makeTrace({
          endMs: clock.now() - (each % 50) * 1000,
          durationMs: each % 4 === 0 ? 1200 : 20,
          error: each % 2 === 1,
        }),
      )
    }
    const watch = await start()
    const found = await watch.checks(3)
    expect(found.filter(({ type }) => type === 'high_latency')).toHaveLength(100)
    expect(found.filter(({ type }) => type === 'error_status')).toHaveLength(200)
    expect(found.some(({ sampled }) => sampled)).toBe(false)
  })

  it('is told as a sample where even a second holds too many, and that is counted', async () => {
    const { clock, tempo, start } = await startBoth({}, { maxResultLimit: 5 })
    for (let each = 0; each < 40; each += 1)
      tempo.push(makeTrace({ endMs: clock.now() - 10, durationMs: 10, error: true }))
    const watch = await start()
    const found = await watch.checks(2)
    expect(found.filter(({ type }) => type === 'error_status').length).toBeGreaterThan(0)
    expect(found.filter(({ type }) => type === 'error_status').every(({ sampled }) => sampled)).toBe(true)
    expect(await watch.metric('tracebell_sampled_answers_total')).toBeGreaterThan(0)
  })
})

describe('a later page that fails', () => {
  it('does not take back what the first one held, and is a failed check', async () => {
    const { clock, tempo, start } = await startBoth()
    const watch = await start()
    for (let each = 0; each < 300; each += 1) {
      tempo.push(makeTrace({ endMs: clock.now() - each * 100, error: true }))
    }
    // The page of all traces, the slow ones and the first page of the failed ones are answered, no more.
    tempo.fail({ kind: 'delay', ms: 0 }, { path: '/api/search', times: 3 })
    tempo.fail({ kind: 'answer', status: 503 }, { path: '/api/search', times: 100 })
    const { anomalies, failures } = await watch.nextCheck()
    const first = anomalies.filter(({ type }) => type === 'error_status')
    expect(first.length).toBeGreaterThanOrEqual(100)
    expect(first.every(({ sampled }) => sampled)).toBe(true)
    expect(failures.map(({ message }) => message)).toEqual(['Tempo API error: 503'])
    tempo.heal()
    const rest = (await watch.checks(1)).filter(({ type }) => type === 'error_status')
    expect(first.length + rest.length).toBe(300)
  })
})

describe('a high error rate', () => {
  it('is the exact share of the traces in the window, told when it begins and again while it lasts', async () => {
    const catcher = await startCatcher()
    const { clock, tempo, start } = await startBoth({
      TEMPO_ALERT_WEBHOOK_URL: catcher.url,
      TEMPO_ALERT_REPEAT_SECS: '120',
    })
    const watch = await start()
    const told: number[] = []
    for (let round = 0; round < 16; round += 1) {
      // Five traces every second, one of them in error.
      for (let each = 0; each < 150; each += 1) {
        tempo.push(
          makeTrace({ endMs: clock.now() - Math.floor(each / 5) * 1000 - 500, error: each % 5 === 0 }),
        )
      }
      const { at, anomalies } = await watch.nextCheck()
      for (const anomaly of anomalies) {
        if (anomaly.type !== 'high_error_rate') continue
        told.push(at)
        expect(anomaly.affectedTraces / anomaly.totalTraces).toBe(0.2)
        expect(anomaly.sampled).toBe(false)
      }
    }
    const gaps = told.slice(1).map((at, index) => at - (told[index] ?? 0))
    expect(told.length).toBeGreaterThanOrEqual(3)
    expect(gaps.every((gapMs) => gapMs === 120_000)).toBe(true)
    await catcher.caught(1)
  })

  it('counts a trace without a root like any other', async () => {
    const { clock, tempo, start } = await startBoth()
    const orphan: TestTrace = {
      traceId: 'f'.repeat(32),
      spans: [
        {
          spanId: '1'.repeat(16),
          parentSpanId: '2'.repeat(16),
          service: 'shop',
          name: 'late',
          startMs: clock.now() - 10,
          durationMs: 10,
          error: true,
        },
      ],
    }
    tempo.push(orphan)
    tempo.push(makeTrace({ endMs: clock.now() }))
    const watch = await start()
    const found = await watch.checks(4)
    expect(found).toMatchObject([
      { type: 'error_status', spanName: '<root span not yet received>', serviceName: undefined },
      { type: 'high_error_rate', affectedTraces: 1, totalTraces: 2 },
    ])
  })

  it('is counted by searching where Tempo has no metrics', async () => {
    const { clock, tempo, start } = await startBoth(
      {},
      { metrics: false, statusConfig: false, queryEndCutoffMs: 0 },
    )
    for (let each = 0; each < 300; each += 1)
      tempo.push(makeTrace({ endMs: clock.now() - (each % 30) * 1000, error: each % 3 === 0 }))
    const watch = await start()
    const found = await watch.checks(1)
    expect(found.filter(({ type }) => type === 'high_error_rate')).toMatchObject([
      { affectedTraces: 100, totalTraces: 300, sampled: false },
    ])
  })

  it('is asked in parts where Tempo cuts the answer', async () => {
    const { clock, tempo, start } = await startBoth({}, { maxResponseSeries: 70 })
    for (let each = 0; each < 80; each += 1)
      tempo.push(makeTrace({ endMs: clock.now() - each * 500, error: each % 4 === 0 }))
    const watch = await start()
    const found = await watch.checks(3)
    const rates = found.filter(({ type }) => type === 'high_error_rate')
    expect(rates).toMatchObject([{ sampled: false }])
    expect((rates[0]?.affectedTraces ?? 0) / (rates[0]?.totalTraces ?? 1)).toBeCloseTo(0.25, 1)
  })
})

describe('a Tempo in trouble', () => {
  it.each([
    ['answers 503', { kind: 'answer', status: 503, body: 'queue is stopped' }, 'Tempo API error: 503'],
    ['answers 401', { kind: 'answer', status: 401, body: 'no org id' }, 'Tempo API error: 401'],
    ['answers 404', { kind: 'answer', status: 404, body: '404 page not found' }, 'Tempo API error: 404'],
    ['answers with a web page', { kind: 'not-json' }, 'Tempo API error: answer is not JSON'],
    ['answers with other types', { kind: 'wrong-types' }, 'Tempo API error: '],
    [
      'answers a list',
      { kind: 'answer', status: 200, body: '[]' },
      'Tempo API error: answer should be an object, not a list',
    ],
    ['cuts its answer', { kind: 'cut' }, 'Tempo API error: '],
    ['answers without an end', { kind: 'endless' }, 'Tempo API error: answer is larger than'],
    [
      'redirects',
      { kind: 'redirect', location: 'http://127.0.0.1:1/login?token=hunter2' },
      'Tempo API error: 302',
    ],
    ['resets the connection', { kind: 'reset' }, 'Tempo API error: Connection'],
  ] as const)('that %s is a failed check and not health', async (_, fault, message) => {
    const { clock, tempo, start } = await startBoth()
    tempo.push(makeTrace({ endMs: clock.now(), durationMs: 2000 }))
    const watch = await start()
    tempo.fail(fault)
    const { failures } = await watch.nextCheck()
    expect(failures.map((failure) => failure.message).join()).toContain(message)
    const log = watch.lines.join('')
    expect(log).toMatch(/ WARN Failed to check for trace anomalies error="Tempo API error: /)
    expect(log).not.toContain('hunter2')
    expect(await watch.metric('trace_alert_checks_total{status="failure"}')).toBe(1)
    expect(await watch.metric('trace_alert_checks_total{status="success"}')).toBe(1)
    tempo.heal()
    expect(typesOf(await watch.checks(3))).toContain('high_latency')
  })

  it('that refuses connections is said in the words of the specification', async () => {
    const { server, start } = await startBoth()
    await server.refuse()
    const watch = await start()
    expect(watch.lines.join('')).toContain(
      'Failed to check for trace anomalies error="Tempo API error: Connection refused"',
    )
  })

  it('that knows no TraceQL still has its slow traces found', async () => {
    const { clock, tempo, start } = await startBoth()
    tempo.push(makeTrace({ endMs: clock.now(), durationMs: 2000 }))
    const watch = await start()
    const answersOnlyTheFirst = { kind: 'answer', status: 400, body: 'unknown parameter q' } as const
    const found: { type: string }[] = []
    for (let round = 0; round < 3; round += 1) {
      tempo.fail({ kind: 'delay', ms: 0 }, { path: '/api/search', times: 1 })
      tempo.fail(answersOnlyTheFirst, { path: '/api/search', times: 1 })
      found.push(...(await watch.checks(1)))
    }
    expect(typesOf(found)).toContain('high_latency')
    expect(watch.lines.join('')).toContain(
      'Failed to check for trace anomalies error="Tempo API error: 400" detail="unknown parameter q"',
    )
  })

  it('that hangs is given up on in time, and after five misses it is one error line that says what to set', async () => {
    const { clock, tempo, start } = await startBoth({ TEMPO_QUERY_TIMEOUT_MS: '100' })
    const watch = await start()
    tempo.fail({ kind: 'hang' })
    for (let miss = 1; miss <= 7; miss += 1) {
      const check = watch.nextCheck()
      while (watch.outcomes.length <= miss) await clock.advance(100)
      await check
    }
    const errors = watch.lines.filter((line) => line.includes(' ERROR '))
    expect(errors).toHaveLength(1)
    expect(errors[0]).toContain('no answer within 100 ms')
    expect(errors[0]).toContain('TEMPO_QUERY_TIMEOUT_MS')
    expect(await watch.metric('tracebell_check_failures_in_a_row')).toBe(7)
    expect(watch.app.health()).toMatchObject({ state: 'failing' })
  })
})

describe('a webhook in trouble', () => {
  it('is tried again in the background until it takes the anomaly', async () => {
    const catcher = await startCatcher()
    catcher.answerWith(500, 429, 503)
    const { clock, tempo, start } = await startBoth({ TEMPO_ALERT_WEBHOOK_URL: catcher.url })
    tempo.push(makeTrace({ endMs: clock.now(), durationMs: 2000 }))
    const watch = await start()
    const found = await watch.checks(10)
    expect(typesOf(found)).toEqual(['high_latency'])
    await catcher.caught(1)
    expect(watch.lines.join('')).toContain(' WARN Failed to send trace anomaly alert (non-fatal)')
  })
})
