import { assert, bigInt, constantFrom, double, integer, oneof, property, record, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { A, get, hex, setUp, span, tracesOf } from './asking.js'

describe('what else it answers', () => {
  it.each([
    { settings: {}, path: '/status/config', status: 200, text: '    query_end_cutoff: 30s\n' },
    {
      settings: { queryEndCutoffMs: 90_000 },
      path: '/status/config',
      status: 200,
      text: 'query_end_cutoff: 1m30s',
    },
    { settings: { statusConfig: false }, path: '/status/config', status: 404, text: 'page not found' },
    { settings: { metrics: false }, path: '/api/metrics/query_range', status: 404, text: 'page not found' },
    { settings: { metrics: false }, path: '/api/metrics/query', status: 404, text: 'page not found' },
    { settings: { version: '3.0.1' }, path: '/api/status/buildinfo', status: 200, text: '"version":"3.0.1"' },
    { settings: { multitenancy: true }, path: '/api/search', status: 401, text: 'no org id' },
    { settings: { authorization: 'Bearer x' }, path: '/api/search', status: 401, text: 'Unauthorized' },
    { settings: { authorization: 'Bearer x' }, path: '/ready', status: 401, text: 'Unauthorized' },
    { settings: {}, path: '/nope', status: 404, text: '404 page not found' },
  ])('$path with $settings: $status', ({ settings, path, status, text }) => {
    const answer = setUp(settings).tempo.respond('GET', path)
    expect(answer).toMatchObject({ status, body: expect.stringContaining(text) })
  })

  it('accepts the right authorization and tenant', () => {
    const { tempo } = setUp({ authorization: 'Bearer x', multitenancy: true })
    const headers = { Authorization: 'Bearer x', 'X-Scope-OrgID': 'a' }
    expect(tempo.respond('GET', '/api/search', headers)?.status).toBe(200)
  })

  it('refuses a push that is no OTLP, naming the place', () => {
    const { tempo } = setUp()
    expect(() => {
      tempo.pushOtlpJson({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'xy' }] }] }] })
    }).toThrow('resourceSpans[0].scopeSpans[0].spans[0].traceId: found xy, expected 32 hex digits')
    expect(() => {
      tempo.push({ traceId: A, spans: [{ spanId: hex(1, 16) }] })
    }).toThrow('expected startMs or startTimeUnixNano')
  })

  it('adds the root that a test names', async () => {
    const { clock, tempo } = setUp()
    const root = { service: 'gate', name: 'GET /' }
    tempo.push({ traceId: A, root, spans: [span(clock.now(), { durationMs: 3_000 })] })
    await clock.advance(60_000)
    expect(tracesOf(tempo, clock.now())).toMatchObject([
      { rootServiceName: 'gate', rootTraceName: 'GET /', durationMs: 3_000 },
    ])
  })

  it('never fails on a request, whatever it says', () => {
    const { tempo, clock } = setUp()
    tempo.push({ traceId: A, spans: [span(clock.now())] })
    const value = oneof(
      string(),
      integer().map(String),
      double().map(String),
      bigInt().map(String),
      constantFrom(
        '1795467573',
        '1800000000',
        '1799999940',
        '60',
        '1m',
        '10s',
        '2026-11-23T20:59:33Z',
        '1e99',
      ),
      constantFrom('{}', '{status=error}', '{} | rate()', '{} | count_over_time() by (trace:id)'),
    )
    const keys = ['q', 'start', 'end', 'limit', 'spss', 'since', 'step', 'exemplars', 'tags']
    const params = record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] })
    const paths = constantFrom('/api/search', '/api/metrics/query_range', '/api/metrics/query')
    assert(
      property(paths, params, (path, given) => {
        expect([200, 400]).toContain(get(tempo, path, given).status)
      }),
      { numRuns: 500 },
    )
    assert(
      property(string(), (target) => void tempo.respond('GET', target)),
      { numRuns: 200 },
    )
  })
})
