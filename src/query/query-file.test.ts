import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { route } from '../api/tempo/route.js'
import { lineOf, writeTemporary } from '../../test/otlp-lines.js'
import { createTestClock } from '../../test/test-clock.js'
import { QUERY_LANGUAGE } from '../embedded-queries.js'
import type { Interval } from '../model/time.js'
import { findExtent, type Trace } from '../model/trace.js'
import { QueryError } from './query-error.js'
import { queryFile } from './query-file.js'
import type { QueryRequest } from './query-request.js'
import { decodeTraceRows } from './rows.js'
import { findSpanTimes } from '../source/file/find-span-times.js'
import { readTraces } from '../source/file/read-traces.js'
import { TraceqlError } from '../traceql/index.js'

const { signal } = new AbortController()
const READING = { signal, maxBytes: 100_000_000, onBadLine: () => {}, onProgress: () => {} }

const FIXTURES = new URL('../../test/conformance/traceql/fixtures/traces/', import.meta.url)
/** The traces of the conformance suites as a file, but for those whose times are not of this world. */
function fixtureLines(): string {
  return readdirSync(FIXTURES)
    .filter((name) => !/boundaries|broken|bare/.test(name))
    .map((name) => JSON.stringify(JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'))))
    .join('\n')
}

function ask(
  path: string,
  request: Partial<QueryRequest> & { readonly query: string },
  maxBytes = READING.maxBytes,
) {
  const whole: QueryRequest = { kind: 'search', times: {}, limit: 20, stepMs: undefined, ...request }
  return queryFile(whole, { ...READING, path, maxBytes })
}

/** What the Tempo-compatible API answers over the same traces. */
async function askApi(path: string, address: string, params: Readonly<Record<string, string>>) {
  const traces: Trace[] = []
  await readTraces(path, { ...READING, onTrace: (trace) => traces.push(trace) })
  const startOf = (trace: Trace): number => Number(findExtent(trace).start)
  const source = {
    overlapping: () => traces.toSorted((a, b) => startOf(b) - startOf(a)),
    get: (id: string) => traces.find(({ traceId }) => traceId === id),
  }
  const options = { traces: source, language: QUERY_LANGUAGE, clock: createTestClock(), version: '' }
  const { body } = route(options, { path: address, params: new URLSearchParams(params), accept: '' })
  return body
}

const asJson = (body: unknown): unknown => JSON.parse(JSON.stringify(body))

function tracesIn(body: unknown): unknown {
  const json = asJson(body)
  return typeof json === 'object' && json !== null && 'traces' in json ? json.traces : 'no traces'
}

async function withTimes(): Promise<{
  path: string
  times: Interval
  params: { start: string; end: string }
}> {
  const path = await writeTemporary('a.jsonl', fixtureLines())
  const times = await findSpanTimes(path, { signal })
  if (times === undefined) throw new Error('the fixtures have no spans')
  return { path, times, params: { start: String(times.start / 1000), end: String(times.end / 1000) } }
}

describe('queryFile', () => {
  it.each([
    ['{}', 20],
    ['{}', 3],
    ['{ status = error }', 100],
    ['{ status = error } | by(resource.service.name) | count() > 1', 100],
    ['{ } >> { status = error } | select(span.http.method, name)', 100],
    ['{ name = "nobody" }', 20],
  ])('answers %s as the API does, up to %d traces', async (query, limit) => {
    const { path } = await withTimes()
    const { body, partial } = await ask(path, { query, limit })
    const expected = asJson(await askApi(path, '/api/search', { q: query, limit: String(limit) }))
    expect(tracesIn(body)).toEqual(tracesIn(expected))
    expect(partial).toBeUndefined()
  })

  it.each([
    '{} | rate()',
    '{} | rate() by (resource.service.name)',
    '{ status = error } | count_over_time() by (name) | topk(3)',
    '{} | quantile_over_time(duration, .5, .99) by (resource.service.name)',
    '({ status = error } | rate()) / ({} | rate())',
  ])('answers %s over time as the API does', async (query) => {
    const { path, params } = await withTimes()
    const { body } = await ask(path, { query, kind: 'range', stepMs: 60_000 })
    const expected = await askApi(path, '/api/metrics/query_range', { q: query, step: '60s', ...params })
    expect(withoutExemplars(body)).toEqual(withoutExemplars(expected))
  })

  it.each([
    '{} | rate()',
    '{ status = error } | count_over_time() by (resource.service.name)',
    '{} | max_over_time(duration)',
  ])('answers %s at once as the API does', async (query) => {
    const { path, params } = await withTimes()
    const { body } = await ask(path, { query, kind: 'instant' })
    expect(asJson(body)).toEqual(asJson(await askApi(path, '/api/metrics/query', { q: query, ...params })))
  })

  it('chooses the window and the step by the file where nothing is said', async () => {
    const lines = [1_700_000_000_000, 1_700_000_600_000].map((startMs) =>
      lineOf({ traceId: startMs, spanId: 1, startMs }),
    )
    const path = await writeTemporary('a.jsonl', lines.join('\n'))
    const { body } = await ask(path, { query: '{} | count_over_time()', kind: 'instant' })
    expect(body).toMatchObject({ series: [{ value: 2 }] })
    const last = await ask(path, {
      query: '{} | count_over_time()',
      kind: 'instant',
      times: { sinceMs: 60_000 },
    })
    expect(last.body).toMatchObject({ series: [{ value: 1 }] })
    const { body: range } = await ask(path, { query: '{} | count_over_time()', kind: 'range' })
    expect(asJson(range)).toMatchObject({
      series: [{ samples: expect.arrayContaining([expect.objectContaining({ value: 1 })]) }],
    })
  })

  it.each([
    [{}, [1, 2, 3]],
    [{ start: 2_000 }, [2, 3]],
    [{ end: 1_999 }, [1]],
    [{ end: 2_000 }, [1, 2]],
    [{ start: 1_010, end: 2_000 }, [1, 2]],
    [{ start: 1_011, end: 1_999 }, []],
    [{ sinceMs: 1_050 }, [2, 3]],
    [{ sinceMs: 1_000, end: 2_005 }, [1, 2]],
  ])('searches %j, both ends included', async (times, expected) => {
    const lines = [1, 2, 3].map((at) =>
      lineOf({ traceId: at, spanId: 1, startMs: at * 1000, durationMs: 10 }),
    )
    const path = await writeTemporary('a.jsonl', lines.join('\n'))
    const { body } = await ask(path, { query: '{}', times })
    const found = decodeTraceRows(asJson(body)).map(({ traceId }) => Number(traceId))
    expect(found.toReversed()).toEqual(expected)
  })

  it('tells how many match where the limit leaves some out, and gives the newest', async () => {
    const starts = [5, 3, 9, 1, 7, 2, 8]
    const lines = starts.map((at) => lineOf({ traceId: at, spanId: 1, startMs: at * 1000 }))
    const path = await writeTemporary('a.jsonl', lines.join('\n'))
    const answer = await ask(path, { query: '{}', limit: 2 })
    expect(answer).toMatchObject({
      matchingTraces: 7,
      body: { traces: [{ traceID: '9' }, { traceID: '8' }] },
    })
    expect(answer.partial).toBeUndefined()
  })

  it('says so where memory ran out before a trace was whole', async () => {
    const lines = Array.from({ length: 150 }, (_, at) => lineOf({ traceId: at + 1, spanId: 1 }))
    const path = await writeTemporary('a.jsonl', [...lines, lineOf({ traceId: 1, spanId: 2 })].join('\n'))
    const answer = await ask(path, { query: '{}' }, 100_000)
    const message =
      'late spans, which came when memory had run out and their trace was judged without them: 1'
    expect(answer.partial).toBe(message)
    expect(answer.body).toMatchObject({ status: 'PARTIAL', message })
  })

  it.each<[string, Partial<QueryRequest> & { query: string }, string, string]>([
    [
      'a window that is empty',
      { query: '{}', times: { start: 2000, end: 1000 } },
      'x',
      'the window is empty: it starts at 1970-01-01T00:00:02.000Z and ends at 1970-01-01T00:00:01.000Z',
    ],
    [
      'too many steps',
      { query: '{} | rate()', kind: 'range', stepMs: 1, times: { start: 0, end: 1e9 } },
      'x',
      'make the step longer',
    ],
    ['a file that is not there', { query: '{}' }, '/no/such', '/no/such: no such file'],
    [
      'a file that is not there, for metrics',
      { query: '{} | rate()', kind: 'range' },
      '/no/such',
      '/no/such: no such file',
    ],
    [
      'what can be read only once, without a window',
      { query: '{} | rate()', kind: 'range' },
      '/dev/null',
      'so --start and --end are needed',
    ],
  ])('refuses %s', async (_, request, path, message) => {
    const file = path === 'x' ? await writeTemporary('a.jsonl', lineOf({ traceId: 1, spanId: 1 })) : path
    await expect(ask(file, request)).rejects.toThrow(message)
    await expect(ask(file, request)).rejects.toBeInstanceOf(QueryError)
    await expect(ask(file, request)).rejects.toMatchObject({ fault: 'input' })
  })

  it('hands on what the query fails with', async () => {
    const path = await writeTemporary('a.jsonl', lineOf({ traceId: 1, spanId: 1 }))
    await expect(ask(path, { query: '{ 1 / (childCount - childCount) = 1 }' })).rejects.toBeInstanceOf(
      TraceqlError,
    )
  })
})

/** Which spans stand as examples hangs on the order in which traces come. The last digits hang on it too. */
function withoutExemplars(body: unknown): unknown {
  const text = JSON.stringify(body, (key, value: unknown) => {
    if (key === 'exemplars') return undefined
    return key === 'value' && typeof value === 'number' ? Number(value.toPrecision(12)) : value
  })
  return JSON.parse(text)
}
