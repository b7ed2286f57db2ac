import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATA_SET, serveEmbeddedApi, type EmbeddedApi } from '../../../test/embedded-api.js'
import { canonical } from '../../../test/tempo-stand-in/canonical.js'
import { readRecording } from '../../../test/tempo-stand-in/recordings.js'

let api: EmbeddedApi
let otlp = ''
let tempo = ''

beforeAll(async () => {
  api = await serveEmbeddedApi()
  otlp = api.otlp
  tempo = api.tempo
})

afterAll(() => api.close())

async function ask(target: string, init: RequestInit = {}) {
  const answer = await fetch(target, init)
  const text = await answer.text()
  const isJson = answer.headers.get('content-type') === 'application/json'
  return { status: answer.status, body: isJson ? (JSON.parse(text) as unknown) : text }
}

interface FoundTrace {
  readonly traceID: string
  readonly spanSets: readonly {
    readonly matched: number
    readonly spans: readonly { readonly spanID: string }[]
  }[]
}

function tracesIn(body: unknown): readonly FoundTrace[] {
  // oxlint-disable-next-line no-unsafe-type-assertion
  return (body as { readonly traces: readonly FoundTrace[] }).traces
}

/** Which spans of which traces. */
function found(body: unknown): unknown[] {
  return tracesIn(body)
    .map(({ traceID, spanSets }) => ({
      traceID,
      spanSets: spanSets.map(({ matched, spans }) => ({
        matched,
        spans: spans.map(({ spanID }) => spanID).sort(),
      })),
    }))
    .sort((one, other) => (one.traceID < other.traceID ? -1 : 1))
}

const SAME_ANSWER = [
  'search-window-no-q',
  'search-status-error',
  'search-status-error-no-spaces',
  'search-all-spans',
  'search-attribute-types',
  'search-avg-duration',
  'search-by-service',
  'search-by-service-count',
  'search-by-trace-id',
  'search-count-gt-2',
  'search-error-count-gt-5',
  'search-error-count-gt-50-empty',
  'search-exception-event',
  'search-http-500-status-unset',
  'search-ignored-unknown-param',
  'search-leaf-errors',
  'search-link',
  'search-orphans',
  'search-regex',
  'search-span-duration',
  'search-tags-legacy',
  'search-spss-0',
  'search-spss-1',
  'search-spss-10',
  'search-trace-duration',
  'trace-by-id-error-bad-id',
  'trace-by-id-error-too-long-id',
  'trace-by-id-v1',
  'trace-by-id-v1-immediately-after-push',
  'trace-by-id-v1-not-found',
  'trace-by-id-v1-short-id',
  'trace-by-id-v1-with-range',
  'trace-by-id-v2',
  'trace-by-id-v2-filtered-partial',
  'trace-by-id-v2-immediately-after-push',
  'trace-by-id-v2-linked-span',
  'trace-by-id-v2-not-found',
  'trace-by-id-v2-orphan',
  'search-error-bad-min-duration',
  'search-error-limit-not-a-number',
  'search-error-limit-too-big',
  'search-error-limit-zero',
  'search-error-only-end',
  'search-error-only-start',
  'search-error-q-and-tags',
  'search-error-spss-too-big',
  'search-error-start-after-end',
  'search-error-start-equals-end',
  'search-error-start-fractional',
  'search-error-start-milliseconds',
  'search-error-start-rfc3339',
  'ready',
  'echo',
  'error-unknown-path',
]

/**
 * Here only the spans that match are the same. A real Tempo also shows `nil` for what its storage has a column for, and
 * what each side of an operator happened to read; and spans are in the order of the operator's sides.
 */
const SAME_SPANS = [
  'search-and-of-spansets',
  'search-descendant',
  'search-not-descendant',
  'search-root-span-duration',
  'search-select',
  'search-union-descendant',
]

/** Told in our own words after the same beginning. */
const SAME_BEGINNING = [
  { name: 'search-error-bad-traceql', beginning: 'invalid TraceQL query: parse error at line 1, col 12: ' },
  { name: 'search-error-unknown-enum', beginning: 'invalid TraceQL query: parse error at line 1, col 12: ' },
  { name: 'search-error-type-mismatch', beginning: 'invalid TraceQL query: ' },
  { name: 'search-error-regex', beginning: 'invalid TraceQL query: ' },
]

describe('the recorded data set', () => {
  it('is fourteen traces', () => {
    expect(DATA_SET).toHaveLength(14)
  })

  it.each(DATA_SET)('is received as a real Tempo receives it: %s', async (name) => {
    const { request, response } = readRecording(name)
    const { method, headers, body } = request
    const answer = await ask(`${otlp}${request.target}`, { method, headers, body: JSON.stringify(body) })
    expect(answer).toEqual({ status: response.status, body: response.body })
  })

  it.each(SAME_ANSWER)('is answered as a real Tempo answers: %s', async (name) => {
    const { request, response } = readRecording(name)
    const answer = await ask(`${tempo}${request.target}`, { method: request.method })
    expect({ status: answer.status, body: canonical(answer.body) }).toEqual({
      status: response.status,
      body: canonical(response.body),
    })
  })

  it.each(SAME_SPANS)('is searched with the same result: %s', async (name) => {
    const { request, response } = readRecording(name)
    const answer = await ask(`${tempo}${request.target}`)
    expect(answer.status).toBe(200)
    expect(found(answer.body)).toEqual(found(response.body))
  })

  it.each(SAME_BEGINNING)('refuses a wrong query at the same place: $name', async ({ name, beginning }) => {
    const { request, response } = readRecording(name)
    const answer = await ask(`${tempo}${request.target}`)
    expect(response.body).toMatch(new RegExp(`^${beginning}`))
    expect(answer.status).toBe(400)
    expect(answer.body).toMatch(new RegExp(`^${beginning}`))
  })

  it('gives one of the traces where the limit is one', async () => {
    const { target } = readRecording('search-limit-1').request
    const answer = await ask(`${tempo}${target}`)
    const all = readRecording('search-status-error').response.body
    expect(found(answer.body)).toHaveLength(1)
    expect(found(all)).toEqual(expect.arrayContaining(found(answer.body)))
  })

  it('gives the newest trace of all over the largest range', async () => {
    const answer = await ask(`${tempo}/api/search?start=0&end=9999999999&limit=1`)
    expect(answer).toMatchObject({
      status: 200,
      body: { traces: [{ traceID: 'a1b2c3d4e5f60718a1b2c3d4e5f6071c' }] },
    })
  })

  it('answers everything without a range', async () => {
    const answer = await ask(`${tempo}/api/search`)
    expect(tracesIn(answer.body)).toHaveLength(14)
  })

  it.each([
    { what: 'a metrics query', target: '/api/search?q=%7B%7D%20%7C%20rate()', says: 'not supported here' },
  ])('does not answer $what', async ({ target, says }) => {
    const answer = await ask(`${tempo}${target}`)
    expect(answer.status).toBe(501)
    expect(answer.body).toContain(says)
  })

  it('fails where a query fails on the data', async () => {
    const answer = await ask(`${tempo}/api/search?q=${encodeURIComponent('{ 1 / span.item.index = 1 }')}`)
    expect(answer).toEqual({ status: 500, body: expect.stringContaining('TraceQL query failed: ') })
  })
})

describe('a push that a real Tempo refuses', () => {
  it.each([
    'otlp-push-error-bad-trace-id',
    'otlp-push-error-short-trace-id',
    'otlp-push-error-malformed-json',
  ])('is refused with the same status and code: %s', async (name) => {
    const { request, response } = readRecording(name)
    const body = typeof request.body === 'string' ? request.body : JSON.stringify(request.body)
    const answer = await ask(`${otlp}${request.target}`, { method: 'POST', headers: request.headers, body })
    expect(answer.status).toBe(response.status)
    expect(answer.body).toEqual({ code: 3, message: expect.any(String) })
    expect(response.body).toMatchObject({ code: 3 })
  })

  it.each(['otlp-push-empty', 'otlp-push-error-unsupported-media-type'])(
    'has the same answer: %s',
    async (name) => {
      const { request, response } = readRecording(name)
      const body = typeof request.body === 'string' ? request.body : JSON.stringify(request.body)
      const answer = await ask(`${otlp}${request.target}`, { method: 'POST', headers: request.headers, body })
      expect(answer).toEqual({ status: response.status, body: response.body })
    },
  )
})
