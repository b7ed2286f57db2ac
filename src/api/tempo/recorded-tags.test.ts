import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  DATA_SET,
  pushRecordings,
  pushSpan,
  serveEmbeddedApi,
  type EmbeddedApi,
} from '../../../test/embedded-api.js'
import type { Recording } from '../../../test/tempo-stand-in/recordings.js'

const FOLDER = new URL('fixtures/', import.meta.url)

const RECORDINGS: Readonly<Record<string, Recording>> = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => [file.replace(/\.json$/, ''), JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))]),
)

let api: EmbeddedApi

beforeAll(async () => {
  api = await serveEmbeddedApi()
  await pushRecordings(api, DATA_SET)
  pushSpan(api, { startTimeUnixNano: 1n }, 'startup-probe')
  pushSpan(api, { startTimeUnixNano: 2n, status: { code: 'error', message: '' } }, 'ticker')
})

afterAll(() => api.close())

async function ask(target: string) {
  const answer = await fetch(`${api.tempo}${target}`)
  const text = await answer.text()
  const isJson = answer.headers.get('content-type') === 'application/json'
  return { status: answer.status, body: isJson ? (JSON.parse(text) as unknown) : text }
}

/** The answer without its order, and without how much was read for it. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === 'metrics' ? {} : unordered(inner)]),
  )
}

const NOT_THE_SAME = new Set(['tag-values-v2-error-bad-identifier', 'tag-values-v2-limit-1'])

describe('a recorded question about tags', () => {
  it.each(Object.entries(RECORDINGS).filter(([name]) => !NOT_THE_SAME.has(name)))(
    'is answered as a real Tempo answers: %s',
    async (_, { request, response }) => {
      const { status, body } = await ask(request.target)
      expect({ status, body: unordered(body) }).toEqual({
        status: response.status,
        body: unordered(response.body),
      })
    },
  )

  it('is refused with the same beginning where the name is none', async () => {
    const beginning =
      'please provide a valid tagName: failed to parse identifier service.name: parse error at line 1, col 2: '
    const recording = RECORDINGS['tag-values-v2-error-bad-identifier']
    expect(recording?.response.body).toMatch(new RegExp(`^${beginning}`))
    expect(await ask(recording?.request.target ?? '')).toEqual({
      status: 400,
      body: expect.stringMatching(`^${beginning}`),
    })
  })

  it('is answered with one of the values where the limit is one', async () => {
    const { body } = await ask(RECORDINGS['tag-values-v2-limit-1']?.request.target ?? '')
    const all = valuesIn(RECORDINGS['tag-values-v2-service-name']?.response.body)
    expect(valuesIn(body)).toHaveLength(1)
    expect(all).toEqual(expect.arrayContaining(valuesIn(body)))
  })
})

const values = async (name: string, params = '') => {
  const { body } = await ask(`/api/v2/search/tag/${encodeURIComponent(name)}/values?${params}`)
  return valuesIn(body)
}

function valuesIn(body: unknown): string[] {
  // oxlint-disable-next-line no-unsafe-type-assertion
  const { tagValues } = body as {
    readonly tagValues: readonly { readonly type: string; readonly value?: string }[]
  }
  return tagValues.map(({ type, value = '' }) => `${type} ${value}`).sort()
}

const q = (query: string) => new URLSearchParams({ q: query }).toString()

describe('the values of a tag', () => {
  it.each([
    ['span.order.total', ['float 42.5']],
    ['span.order.vip', ['bool true']],
    ['span.order.tags', ['string a', 'string b']],
    ['.deployment.environment', ['string prod']],
    ['event.exception.type', ['string CardDeclined']],
    ['link.link.type', ['string follows_from']],
    ['instrumentation.nothing', []],
    ['parent.span.http.route', []],
    ['span.absent', []],
    ['duration', []],
    ['trace:id', []],
    ['trace:rootService', ['string ', 'string cache', 'string frontend']],
    ['event:name', ['string exception']],
    ['instrumentation:version', ['string ', 'string 1.0.0']],
    [
      'kind',
      'unspecified internal server client producer consumer'.split(' ').map((kind) => `keyword ${kind}`),
    ],
  ])('of %s are those that occur, with their type', async (name, expected) => {
    expect(await values(name)).toEqual(expect.arrayContaining([...expected]))
    if (expected.length === 0) expect(await values(name)).toEqual([])
  })

  it.each([
    ['{ resource.service.name = "legacy" }', ['string legacy']],
    ['{ resource.service.name = "legacy" && span.http.route = }', ['string legacy']],
    ['{ span.x= && resource.service.name="legacy" && name = "a && b', ['string legacy']],
    ['{ resource.service.name = "legacy" } | rate()', ['string legacy']],
    ['{ resource.service.name = "legacy" || name = "none" }', ['string legacy']],
    ['{ resource.service.name = "nobody" }', []],
  ])('are those of the spans that match, though the query be unfinished: %s', async (query, expected) => {
    expect(await values('resource.service.name', q(query))).toEqual(expected)
  })

  it.each([
    '{',
    '',
    '{}',
    '}{',
    '{ a || resource.service.name = "legacy" }',
    '{ status = error } && { name = ',
  ])('are all of them where nothing is understood: %s', async (query) => {
    expect(await values('resource.service.name', q(query))).toHaveLength(13)
  })

  it('are told whatever is being typed', async () => {
    const piece = fc.constantFrom(
      ...'{ } && || ( ) " ` \\ = != status error span.a 1 0 | rate() nil'.split(' '),
      ' ',
    )
    const typed = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    )
    await fc.assert(
      fc.asyncProperty(typed, async (query) => {
        const { status } = await ask(`/api/v2/search/tag/name/values?${q(query)}`)
        expect(status).toBe(200)
      }),
      { numRuns: 300 },
    )
  })

  it('are those of traces in the range', async () => {
    expect(await values('resource.service.name', 'start=0&end=0')).toHaveLength(13)
    expect(await values('resource.service.name', 'start=0&end=1')).toEqual([
      'string startup-probe',
      'string ticker',
    ])
    expect(await values('resource.service.name', 'limit=4')).toHaveLength(4)
  })

  it.each(['%zz', 'span.', 'a%20b', '.a%20%7D%20%7C%7C%20%7B%20.b', '%20'])(
    'are refused where the name is none: %s',
    async (name) => {
      const { status, body } = await ask(`/api/v2/search/tag/${name}/values`)
      expect({ status, body }).toEqual({
        status: 400,
        body: expect.stringContaining('please provide a valid tagName'),
      })
    },
  )

  it.each([
    ['name', 'GET /search'],
    ['status.code', 'error'],
    ['root.service.name', 'cache'],
    ['root.name', 'GET key'],
    ['http.status_code', '500'],
    ['service.name', ''],
  ])('of the older kind are texts: %s', async (name, value) => {
    const { body } = await ask(`/api/search/tag/${name}/values`)
    expect(body).toMatchObject({ tagValues: expect.arrayContaining([value]) })
  })
})

describe('the names of tags', () => {
  it.each([
    ['resource', ['deployment.environment', 'service.name']],
    ['link', ['link.type']],
    ['event', ['exception.message', 'exception.stacktrace', 'exception.type']],
  ])('are those of one scope: %s', async (name, tags) => {
    expect(await ask(`/api/v2/search/tags?scope=${name}`)).toMatchObject({
      status: 200,
      body: { scopes: [{ name, tags }] },
    })
    expect(await ask(`/api/search/tags?scope=${name}`)).toMatchObject({ body: { tagNames: tags } })
  })

  it('are those of spans that match, no more of a scope than the limit', async () => {
    const { body } = await ask(`/api/v2/search/tags?limit=1&${q('{ span.order.vip }')}`)
    expect(body).toMatchObject({
      scopes: [{ name: 'span' }, { name: 'intrinsic' }, { name: 'resource' }].map((each) => ({
        ...each,
        tags: [expect.any(String)],
      })),
    })
    expect(await ask('/api/v2/search/tags?scope=instrumentation')).toMatchObject({ body: { scopes: [] } })
  })
})
