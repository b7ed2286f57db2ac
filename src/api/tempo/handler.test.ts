import { createServer } from 'node:http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../../../test/loopback.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { Attributes, AttributeValue } from '../../model/attributes.js'
import type { Span } from '../../model/span.js'
import { toTimestamp, toUnixNano } from '../../model/time.js'
import { findExtent, type Trace } from '../../model/trace.js'
import { createTempoApiHandler } from './handler.js'
import type { MetricsQuery, QueryLanguage } from './query-language.js'
import type { TraceSource } from './trace-source.js'

const NO_ATTRIBUTES: Attributes = new Map()

interface SpanOptions extends Partial<Omit<Span, 'traceId' | 'spanId'>> {
  readonly trace: number
  readonly id?: number
  readonly startMs?: number
  readonly durationMs?: number
  readonly service?: string
}

function span({
  trace,
  id = 1,
  startMs = 1000,
  durationMs = 5,
  service = 'shop',
  ...fields
}: SpanOptions): Span {
  return {
    traceId: String(trace).padStart(32, '0'),
    spanId: String(id).padStart(16, '0'),
    parentSpanId: undefined,
    traceState: '',
    flags: 0,
    name: 'op',
    kind: 'server',
    startTimeUnixNano: toUnixNano(startMs),
    endTimeUnixNano: toUnixNano(startMs + durationMs),
    attributes: NO_ATTRIBUTES,
    events: [],
    links: [],
    status: { code: 'unset', message: '' },
    resource: { attributes: new Map([['service.name', service]]) },
    scope: { name: '', version: '', attributes: NO_ATTRIBUTES },
    ...fields,
  }
}

/** Holds these spans, as the window of received spans does. */
function tracesOf(...spans: readonly Span[]): TraceSource {
  const traces = new Map<string, Trace>()
  for (const each of spans) {
    traces.set(each.traceId, {
      traceId: each.traceId,
      spans: [...(traces.get(each.traceId)?.spans ?? []), each],
    })
  }
  const overlaps = (trace: Trace, start: number, end: number) =>
    trace.spans.some(
      (each) => toTimestamp(each.startTimeUnixNano) <= end && toTimestamp(each.endTimeUnixNano) >= start,
    )
  const startOf = (trace: Trace) => Number(findExtent(trace).start)
  return {
    overlapping: ({ start, end }, test) =>
      [...traces.values()]
        .filter((trace) => overlaps(trace, start, end) && (test === undefined || trace.spans.some(test)))
        .toSorted((a, b) => startOf(b) - startOf(a)),
    get: (id) => traces.get(id),
  }
}

function failIfAsked(text: string): void {
  const [, stage] = /^fail:(\w+)$/.exec(text) ?? []
  if (stage !== undefined) throw Object.assign(new Error('line 1, col 1: no'), { stage })
}

/** Every span of every trace; `fail:<stage>` fails so, `none` finds nothing, `search` is no metrics query. */
const language: QueryLanguage = {
  compileSearch: (query) => {
    failIfAsked(query)
    return ({ spans }) => (query === 'none' ? [] : [{ spans, attributes: NO_ATTRIBUTES }])
  },
  compileMetrics: (query) => {
    failIfAsked(query)
    return query === 'search' ? undefined : countTraces
  },
  parseField: (name) => {
    failIfAsked(name)
    return { kind: 'Attribute', scope: 'span', ofParent: false, name, at: 0 }
  },
  defaultStepMs: () => 1000,
}

/** Counts traces into the last sample of the window. */
const countTraces: MetricsQuery = {
  measures: false,
  limitsExemplars: false,
  start: ({ end }) => {
    let value = 0
    const labels = new Map([['__name__', 'count']])
    return {
      add: () => void (value += 1),
      answer: () => ({
        series: [{ labels, samples: [{ at: end, value }], exemplars: [] }],
        truncated: value > 2,
      }),
    }
  },
}

function handlerOver(...spans: readonly Span[]) {
  return createTempoApiHandler({
    traces: tracesOf(...spans),
    language,
    clock: createTestClock(),
    version: '1.2.3',
  })
}

async function serve(...spans: readonly Span[]) {
  const origin = await listenOnLoopback(createServer(handlerOver(...spans)))
  const get = async (target: string, method = 'GET') => {
    const answer = await fetch(`${origin}${target}`, { method })
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
  }
  return {
    get,
    search: async (params: string) => {
      const { status, text } = await get(`/api/search?${params}`)
      expect({ status, text }).toMatchObject({ status: 200 })
      // oxlint-disable-next-line no-unsafe-type-assertion
      return JSON.parse(text) as { readonly traces: readonly { readonly traceID: string }[] }
    },
  }
}

const ids = ({ traces }: { readonly traces: readonly { readonly traceID: string }[] }) =>
  traces.map(({ traceID }) => Number(traceID))

describe('the Tempo-compatible API', () => {
  it.each([
    ['/ready', 200, 'ready\n'],
    ['/api/echo', 200, 'echo\n'],
    ['/status/config', 200, 'query_frontend:\n    query_end_cutoff: 0s\n'],
    ['/', 404, '404 page not found\n'],
    ['/api/search/tag/a', 404, '404 page not found\n'],
    ['/api/metrics', 404, '404 page not found\n'],
    ['/api/traces/', 404, '404 page not found\n'],
  ])('answers %s in plain text', async (target, status, text) => {
    const { get } = await serve()
    expect(await get(target)).toEqual({ status, type: 'text/plain; charset=utf-8', text })
  })

  it('tells its version', async () => {
    const { get } = await serve()
    const { status, type, text } = await get('/api/status/buildinfo')
    expect({ status, type }).toEqual({ status: 200, type: 'application/json' })
    expect(JSON.parse(text)).toMatchObject({ version: '1.2.3', revision: '' })
  })

  it.each(['POST', 'DELETE'])('does not look at the method: %s', async (method) => {
    const { get } = await serve(span({ trace: 1 }))
    expect(await get('/api/search', method)).toEqual(await get('/api/search'))
  })
})

describe('a search', () => {
  it('gives the newest traces, by their start', async () => {
    const { search } = await serve(
      span({ trace: 1, startMs: 2000 }),
      span({ trace: 2, startMs: 5000 }),
      span({ trace: 3, startMs: 1000 }),
      span({ trace: 4, startMs: 9000, id: 1 }),
      span({ trace: 4, startMs: 3000, id: 2 }),
    )
    expect(ids(await search(''))).toEqual([2, 4, 1, 3])
    expect(ids(await search('limit=2'))).toEqual([2, 4])
    expect(ids(await search('q=all&limit=3'))).toEqual([2, 4, 1])
  })

  it('gives twenty traces unless told otherwise', async () => {
    const { search } = await serve(...Array.from({ length: 30 }, (_, trace) => span({ trace: trace + 1 })))
    expect((await search('')).traces).toHaveLength(20)
    expect((await search('limit=25')).traces).toHaveLength(25)
  })

  it('answers up to now, and as far back as is held', async () => {
    const now = createTestClock().now()
    const { search } = await serve(
      span({ trace: 1, startMs: now - 5 }),
      span({ trace: 2, startMs: now - 90_000 }),
      span({ trace: 3, startMs: 1 }),
    )
    expect(ids(await search(`start=${now / 1000 - 60}&end=${now / 1000}`))).toEqual([1])
    expect(ids(await search('since=2m'))).toEqual([1, 2])
    expect(ids(await search('start=0&end=9999999999&limit=1'))).toEqual([1])
    expect(ids(await search('start=0&end=9999999999'))).toEqual([1, 2, 3])
  })

  it('keeps to bounds of the duration, both included', async () => {
    const { search } = await serve(
      span({ trace: 1, durationMs: 99 }),
      span({ trace: 2, durationMs: 100 }),
      span({ trace: 3, durationMs: 200 }),
      span({ trace: 4, durationMs: 201 }),
    )
    expect(ids(await search('minDuration=100ms&maxDuration=0.2s')).toSorted((a, b) => a - b)).toEqual([2, 3])
  })

  it('tells of a trace what Tempo tells, and leaves out what is nothing', async () => {
    const { search } = await serve(
      span({ trace: 7, id: 1, name: 'GET /', status: { code: 'error', message: '' } }),
      span({
        trace: 7,
        id: 2,
        parentSpanId: '0000000000000001',
        service: 'db',
        startMs: 1001,
        durationMs: 1234,
      }),
      span({ trace: 8, durationMs: 0, parentSpanId: '0000000000000009' }),
      span({ trace: 9, durationMs: -3, name: '', service: '' }),
    )
    expect((await search('')).traces).toEqual([
      {
        traceID: '7',
        rootServiceName: 'shop',
        rootTraceName: 'GET /',
        startTimeUnixNano: '1000000000',
        durationMs: 1235,
      },
      { traceID: '8', rootServiceName: '<root span not yet received>', startTimeUnixNano: '1000000000' },
      { traceID: '9', rootServiceName: '<root span not yet received>', startTimeUnixNano: '1000000000' },
    ])
    const [first] = (await search('q=all&spss=1')).traces
    const spanSet = {
      spans: [{ spanID: '0000000000000001', startTimeUnixNano: '1000000000', durationNanos: '5000000' }],
      matched: 2,
    }
    expect(first).toMatchObject({
      spanSet,
      spanSets: [spanSet],
      serviceStats: { db: { spanCount: 1 }, shop: { spanCount: 1, errorCount: 1 } },
    })
  })

  it('is empty, not an error, where nothing matches', async () => {
    const { search } = await serve(span({ trace: 1 }))
    expect(await search('q=none')).toMatchObject({ traces: [], metrics: { completedJobs: 1, totalJobs: 1 } })
  })

  it.each([
    ['fail:syntax', 400, 'invalid TraceQL query: parse error at line 1, col 1: no'],
    ['fail:semantic', 400, 'invalid TraceQL query: line 1, col 1: no'],
    ['fail:unsupported', 501, 'TraceQL query not supported here: line 1, col 1: no'],
    ['fail:evaluation', 500, 'TraceQL query failed: line 1, col 1: no'],
    ['fail:otherwise', 500, 'internal error: line 1, col 1: no'],
  ])('says how a query failed: %s', async (query, status, text) => {
    const { get } = await serve(span({ trace: 1 }))
    const type = 'text/plain; charset=utf-8'
    expect(await get(`/api/search?q=${query}`)).toEqual({ status, type, text })
    expect(await get(`/api/v2/traces/1?q=${query}`)).toEqual({ status, type, text })
  })

  it.each([
    ['limit=', 200],
    ['start=&end=', 200],
    ['spss=0', 200],
    ['limit=-1', 400],
    ['limit=1e3', 400],
    ['limit=99999999999', 400],
    ['spss=x', 400],
    ['start=1&end=10000000000', 400],
    ['start=0&end=0', 400],
    ['maxDuration=1', 400],
    ['since=soon', 400],
    ['tags=a%3Db', 200],
    ['tags=a', 400],
    ['tags=a%3D%22b', 400],
  ])('with %s is answered with %i', async (params, status) => {
    const { get } = await serve(span({ trace: 1 }))
    expect((await get(`/api/search?${params}`)).status).toBe(status)
  })
})

describe('a metrics query', () => {
  const now = createTestClock().now()

  it('goes over the last hour, up to now, unless told otherwise', async () => {
    const { get } = await serve(
      span({ trace: 1, startMs: now - 3_500_000 }),
      span({ trace: 2, startMs: now - 3_700_000 }),
    )
    const range = JSON.parse((await get('/api/metrics/query_range?q=all')).text)
    expect(range.series).toEqual([
      {
        labels: [{ key: '__name__', value: { stringValue: 'count' } }],
        samples: [{ timestampMs: String(now), value: 1 }],
      },
    ])
    const instant = JSON.parse((await get('/api/metrics/query?query=all&since=2h')).text)
    expect(instant).toEqual({
      series: [{ labels: [{ key: '__name__', value: { stringValue: 'count' } }], value: 2 }],
      metrics: { inspectedTraces: 2, completedJobs: 1, totalJobs: 1 },
    })
  })

  it('leaves out a value of zero', async () => {
    const { get } = await serve()
    const { series } = JSON.parse((await get('/api/metrics/query?q=all')).text)
    expect(series).toEqual([{ labels: [{ key: '__name__', value: { stringValue: 'count' } }] }])
  })

  it('says that series are missing', async () => {
    const { get } = await serve(...[1, 2, 3].map((trace) => span({ trace, startMs: now - 5 })))
    for (const path of ['query', 'query_range']) {
      expect(JSON.parse((await get(`/api/metrics/${path}?q=all`)).text)).toMatchObject({
        status: 'PARTIAL',
        message: expect.stringContaining('partial response'),
      })
    }
  })

  it.each([
    ['query?q=fail:syntax', 400, 'compiling query: parse error at line 1, col 1: no'],
    ['query?q=fail:semantic', 400, 'compiling query: line 1, col 1: no'],
    ['query?q=fail:unsupported', 400, 'compiling query: line 1, col 1: no'],
    ['query?q=fail:evaluation', 500, 'TraceQL query failed: line 1, col 1: no'],
    ['query?q=search', 400, 'not a metrics query'],
    ['query_range?q=fail:syntax', 400, 'parse error at line 1, col 1: no'],
    ['query_range?q=fail:semantic', 400, 'line 1, col 1: no'],
    ['query_range?q=search', 400, 'not a metrics query'],
    ['query?start=5&end=5', 400, 'end must be greater than start'],
    ['query?start=9999999999', 400, 'end must be greater than start'],
    [
      'query_range?step=1.5ms',
      400,
      'rpc error: code = Code(400) desc = cannot parse "1.5ms" to a valid duration',
    ],
    ['query_range?step=0.0015&since=1s', 400, 'step of 1.5ms is not a whole number of milliseconds'],
    ['query_range?step=-1', 400, 'rpc error: code = Code(400) desc = cannot parse "-1" to a valid duration'],
    ['query_range?step=1&since=20000s', 400, 'step of 1s is too small, minimum step for given range is 2s'],
    ['query_range?exemplars=x', 400, 'invalid exemplars: strconv.ParseUint: parsing "x": invalid syntax'],
    [`query?q=${'x'.repeat(131_073)}`, 400, 'TraceQL expression exceeds the maximum size of 131072 bytes'],
  ])('that is wrong is refused: %s', async (target, status, text) => {
    const server = createServer({ maxHeaderSize: 200_000 }, handlerOver())
    const answer = await fetch(`${await listenOnLoopback(server)}/api/metrics/${target}`)
    expect({ status: answer.status, text: await answer.text() }).toEqual({ status, text })
  })

  it.each(['step=1', 'step=1s', 'step=1m', 'step=0.5', 'step=1000y', 'start=0&step=1w', 'since=1y&step=1d'])(
    'may have %s',
    async (params) => {
      const { get } = await serve()
      expect((await get(`/api/metrics/query_range?q=all&${params}`)).status).toBe(200)
    },
  )
})

describe('a search by tags', () => {
  it.each([
    ['service.name=sho', [1, 2]],
    ['service.name=shop http.route="/a b"', [2]],
    ['http.route="/a \\"b"', []],
    ['code=50', []],
    ['code=500', [1]],
    ['list=b', [1]],
    ['name=GET', [1]],
    ['error=true', [1]],
    ['status.code=unset', [2]],
    ['root.name=op', [2]],
    ['absent=', []],
    ['  ', [1, 2]],
  ])('%s', async (tags, expected) => {
    const { search } = await serve(
      span({
        trace: 1,
        name: 'GET /',
        status: { code: 'error', message: '' },
        attributes: new Map<string, AttributeValue>([
          ['code', 500n],
          ['list', ['a', 'b']],
        ]),
      }),
      span({ trace: 2, attributes: new Map([['http.route', '/a b/c']]) }),
    )
    const found = await search(new URLSearchParams({ tags }).toString())
    expect(ids(found).toSorted((a, b) => a - b)).toEqual(expected)
  })

  it('wants all tags of one span', async () => {
    const { search } = await serve(
      span({ trace: 1, id: 1, attributes: new Map([['a', '1']]) }),
      span({ trace: 1, id: 2, attributes: new Map([['b', '2']]) }),
      span({
        trace: 2,
        attributes: new Map([
          ['a', '1'],
          ['b', '2'],
        ]),
      }),
    )
    expect(ids(await search('tags=a%3D1%20b%3D2'))).toEqual([2])
  })

  it.each(['a', 'a b', '=x', 'a="b', 'a="b"c', 'a=b"'])(
    'is refused where it is no logfmt: %s',
    async (tags) => {
      const { get } = await serve()
      expect(await get(`/api/search?${new URLSearchParams({ tags }).toString()}`)).toMatchObject({
        status: 400,
        text: expect.stringMatching(/^invalid tags: expected name=value or name="value" at position \d+$/),
      })
    },
  )
})

describe('a trace by id', () => {
  it('is found by an id with or without its leading zeros', async () => {
    const { get } = await serve(span({ trace: 12 }))
    const padded = await get(`/api/traces/${'12'.padStart(32, '0')}`)
    expect(padded).toMatchObject({ status: 200, type: 'application/json' })
    expect(await get('/api/traces/12')).toEqual(padded)
    expect((await get('/api/traces/13')).status).toBe(404)
  })

  it('is told exactly, whatever its values', async () => {
    const bytes = new Uint8Array([0, 255])
    const attributes: Attributes = new Map<string, AttributeValue>([
      ['int', 9_223_372_036_854_775_807n],
      ['whole', 3],
      ['infinite', Number.NEGATIVE_INFINITY],
      ['no', false],
      ['bytes', bytes],
      ['empty', new Map()],
      ['map', new Map([['k', 1n]])],
    ])
    const { get } = await serve(
      span({
        trace: 0x10,
        traceState: 'a=1',
        flags: 257,
        kind: 'unspecified',
        startTimeUnixNano: 18_446_744_073_709_551_615n,
        endTimeUnixNano: 0n,
        attributes,
      }),
    )
    const { text } = await get('/api/v2/traces/16')
    expect(JSON.parse(text)).toEqual({
      trace: {
        resourceSpans: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
            scopeSpans: [
              {
                scope: {},
                spans: [
                  {
                    traceId: 'AAAAAAAAAAAAAAAAAAAAFg==',
                    spanId: 'AAAAAAAAAAE=',
                    traceState: 'a=1',
                    flags: 257,
                    name: 'op',
                    startTimeUnixNano: '18446744073709551615',
                    attributes: [
                      { key: 'int', value: { intValue: '9223372036854775807' } },
                      { key: 'whole', value: { doubleValue: 3 } },
                      { key: 'infinite', value: { doubleValue: '-Infinity' } },
                      { key: 'no', value: { boolValue: false } },
                      { key: 'bytes', value: { bytesValue: 'AP8=' } },
                      { key: 'empty', value: { kvlistValue: { values: [] } } },
                      {
                        key: 'map',
                        value: { kvlistValue: { values: [{ key: 'k', value: { intValue: '1' } }] } },
                      },
                    ],
                    status: {},
                  },
                ],
              },
            ],
          },
        ],
      },
      metrics: {},
    })
  })
})

describe('the API, asked anything', () => {
  it('answers with a status of its own', async () => {
    const { get } = await serve(span({ trace: 1 }), span({ trace: 2, id: 5 }))
    const name = fc.constantFrom(
      'q',
      'start',
      'end',
      'since',
      'limit',
      'spss',
      'minDuration',
      'tags',
      'step',
      'scope',
      'exemplars',
      'x',
    )
    const value = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.constantFrom('1s', 'fail:syntax', '9'.repeat(40)),
    )
    const params = fc
      .array(fc.tuple(name, value), { maxLength: 4 })
      .map((pairs) => new URLSearchParams(pairs).toString())
    const path = fc.oneof(
      fc.constantFrom(
        '/api/search',
        '/api/metrics/query',
        '/api/metrics/query_range',
        '/api/search/tags',
        '/api/v2/search/tags',
      ),
      fc.string().map((tag) => `/api/search/tag/${encodeURIComponent(tag)}/values`),
      fc.string().map((tag) => `/api/v2/search/tag/${encodeURIComponent(tag)}/values`),
      fc.string().map((id) => `/api/traces/${encodeURIComponent(id)}`),
      fc.webPath(),
    )
    await fc.assert(
      fc.asyncProperty(path, params, async (at, query) => {
        const { status } = await get(`${at || '/'}?${query}`)
        expect([200, 400, 404, 501]).toContain(status)
      }),
      { numRuns: 300 },
    )
  })
})
