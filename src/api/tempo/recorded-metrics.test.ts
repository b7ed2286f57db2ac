import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  DATA_SET,
  pushRecordings,
  pushSpan,
  serveEmbeddedApi,
  type EmbeddedApi,
} from '../../../test/embedded-api.js'
import { canonical } from '../../../test/tempo-stand-in/canonical.js'
import { readRecording, recordingNames } from '../../../test/tempo-stand-in/recordings.js'

const SECOND_NANOS = 1_000_000_000n
const ERROR = { code: 'error', message: '' } as const

let api: EmbeddedApi

beforeAll(async () => {
  api = await serveEmbeddedApi()
  await pushRecordings(api, [...DATA_SET, 'otlp-push-split-trace-part-1', 'otlp-push-split-trace-part-2'])
  // Of these services the recordings tell only what was seen of them.
  pushSpan(api, { startTimeUnixNano: 1_795_467_539n * SECOND_NANOS }, 'startup-probe')
  for (let tick = 1_795_467_946n; tick < 1_795_468_046n; tick += 5n) {
    pushSpan(api, { startTimeUnixNano: tick * SECOND_NANOS, status: ERROR }, 'ticker')
  }
  for (let half = 0n; half < 130n; half += 1n) {
    pushSpan(api, { startTimeUnixNano: 1_795_470_802_300_000_000n + (half * SECOND_NANOS) / 2n }, 'lost-c14c')
  }
})

afterAll(() => api.close())

async function ask(name: string) {
  const { target, method } = readRecording(name).request
  const answer = await fetch(`${api.tempo}${target}`, { method })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type') === 'application/json'
  return { status: answer.status, body: isJson ? (JSON.parse(text) as unknown) : text }
}

/** Series as the last digits of their numbers do not matter, which hang on the order in which floats were added. */
function comparable(body: unknown): unknown {
  const text = JSON.stringify(canonical(body), (key, value: unknown) =>
    key === 'value' && typeof value === 'number' ? Number(value.toPrecision(12)) : value,
  )
  return JSON.parse(text)
}

const SAME_ANSWER = [
  'metrics-instant-all-spans',
  'metrics-instant-avg-duration',
  'metrics-instant-bottomk',
  'metrics-instant-by-int-attribute',
  'metrics-instant-by-missing-attribute',
  'metrics-instant-by-root',
  'metrics-instant-by-service',
  'metrics-instant-by-two',
  'metrics-instant-comparison-false',
  'metrics-instant-count-pipeline',
  'metrics-instant-error-bad-since',
  'metrics-instant-error-bad-time',
  'metrics-instant-error-not-metrics',
  'metrics-instant-error-not-metrics-aggregate',
  'metrics-instant-error-ratio',
  'metrics-instant-error-ratio-above',
  'metrics-instant-error-ratio-by-service',
  'metrics-instant-error-spans',
  'metrics-instant-error-start-equals-end',
  'metrics-instant-error-traces-by-trace-id',
  'metrics-instant-histogram',
  'metrics-instant-kind-server-error-by-service',
  'metrics-instant-left-edge-exclusive',
  'metrics-instant-max-duration',
  'metrics-instant-milliseconds-misread',
  'metrics-instant-min-sum',
  'metrics-instant-nanoseconds',
  'metrics-instant-one-divided-by-zero',
  'metrics-instant-percent-above',
  'metrics-instant-quantile',
  'metrics-instant-query-param-name',
  'metrics-instant-rate',
  'metrics-instant-rfc3339',
  'metrics-instant-right-edge-inclusive',
  'metrics-instant-root-error-spans',
  'metrics-instant-root-spans',
  'metrics-instant-root-spans-by-service',
  'metrics-instant-slow-ratio',
  'metrics-instant-split-trace-by-trace-id',
  'metrics-instant-structural',
  'metrics-instant-topk',
  'metrics-instant-zero',
  'metrics-instant-zero-by',
  'metrics-instant-zero-divided-by-zero',
  'metrics-live-shifted-window',
  'metrics-range-comparison',
  'metrics-range-count',
  'metrics-range-count-by-service',
  'metrics-range-error-not-metrics',
  'metrics-range-error-step-bad',
  'metrics-range-error-step-too-small',
  'metrics-range-error-step-zero',
  'metrics-range-exact-same-window',
  'metrics-range-exemplars-0',
  'metrics-range-histogram',
  'metrics-range-no-exemplars',
  'metrics-range-no-step',
  'metrics-range-quantile',
  'metrics-range-rate',
  'metrics-range-ratio',
  'metrics-range-topk',
  'metrics-range-unaligned',
]

/** Told in our own words after the same beginning. */
const SAME_BEGINNING: Readonly<Record<string, string>> = {
  'metrics-instant-error-by-too-many': 'compiling query: ',
  'metrics-instant-error-no-query': 'compiling query: parse error ',
  'metrics-instant-error-syntax': 'compiling query: parse error at line 1, col 27: ',
  'metrics-range-error-arithmetic-without-parens': 'parse error at line 1, col 29: ',
}

/** How many spans there are in truth, where a real Tempo does not tell, or tells less. */
const OWN_COUNT: Readonly<Record<string, { readonly count: number; readonly because: string }>> = {
  'metrics-instant-left-edge-block-tail-lost': {
    count: 120,
    because: 'no block is skipped at the left edge',
  },
  'metrics-live-20s-window-is-refused': { count: 3, because: 'nothing recent is hidden' },
  'metrics-live-60s-window-is-cut': { count: 11, because: 'nothing recent is hidden' },
}

const NOT_COMPARED: Readonly<Record<string, string>> = {
  'metrics-instant-compare': 'compared below, without the columns that a real Tempo has for what no span had',
  'metrics-instant-error-api-timeout': 'a setting',
  'metrics-instant-error-no-tenant': 'there are no tenants',
  'metrics-instant-error-queue-full': 'there is no queue',
  'metrics-instant-error-range-too-long': 'a range may have any length',
  'metrics-instant-error-starting': 'it is ready at once',
  'metrics-instant-error-stopping': 'its port closes',
  'metrics-instant-partial-max-series': 'a setting',
  'metrics-instant-tenant-federated': 'there are no tenants',
  'metrics-live-range-latest-bucket': 'compared below, as the last bucket is not hidden',
  'metrics-live-since': 'asked at another time than ours',
  'metrics-range-error-range-too-long': 'a range may have any length',
}

function seriesIn(
  body: unknown,
): readonly { readonly value?: number; readonly samples?: readonly unknown[] }[] {
  // oxlint-disable-next-line no-unsafe-type-assertion
  return (body as { readonly series?: readonly { readonly value?: number }[] }).series ?? []
}

describe('a recorded metrics query', () => {
  it.each(SAME_ANSWER)('is answered as a real Tempo answers: %s', async (name) => {
    const { response } = readRecording(name)
    const { status, body } = await ask(name)
    expect({ status, body: comparable(body) }).toEqual({
      status: response.status,
      body: comparable(response.body),
    })
  })

  it.each(Object.entries(SAME_BEGINNING))('is refused at the same place: %s', async (name, beginning) => {
    const { response } = readRecording(name)
    expect(response).toMatchObject({ status: 400, body: expect.stringMatching(`^${beginning}`) })
    expect(await ask(name)).toEqual({ status: 400, body: expect.stringMatching(`^${beginning}`) })
  })

  it.each(Object.entries(OWN_COUNT))('counts every span: %s', async (name, { count }) => {
    const { status, body } = await ask(name)
    expect({ status, values: seriesIn(body).map(({ value }) => value) }).toEqual({
      status: 200,
      values: [count],
    })
  })

  it('is left out for a reason only', () => {
    const listed = [SAME_ANSWER, ...[SAME_BEGINNING, OWN_COUNT, NOT_COMPARED].map(Object.keys)].flat()
    expect(listed.sort()).toEqual(recordingNames().filter((name) => name.startsWith('metrics-')))
  })

  it('compares spans as a real Tempo does, but for what none of them had', async () => {
    const name = 'metrics-instant-compare'
    // What the query itself filters by, a real Tempo counts several times.
    const isOdd = (text: string) => text.includes('"nil"') || text.includes('resource.service.name')
    const known = (body: unknown) => seriesIn(comparable(body)).filter((each) => !isOdd(JSON.stringify(each)))
    expect(known((await ask(name)).body)).toEqual(known(readRecording(name).response.body))
    expect(known((await ask(name)).body).length).toBeGreaterThan(10)
  })

  it('has the last bucket too, which a real Tempo hides', async () => {
    const name = 'metrics-live-range-latest-bucket'
    const samples = (body: unknown) => seriesIn(body).flatMap((each) => each.samples ?? [])
    const hidden = [15_000, 30_000, 45_000].map((later) => ({
      timestampMs: String(1_795_468_005_000 + later),
      value: later === 45_000 ? 2 : 3,
    }))
    expect(samples((await ask(name)).body)).toEqual([
      ...samples(readRecording(name).response.body),
      ...hidden,
    ])
  })

  it('shows traces beside its samples, as many as it is asked for', async () => {
    const exemplarsOf = async (params: string) => {
      const { target } = readRecording('metrics-range-count').request
      const body: unknown = await (await fetch(`${api.tempo}${target}${params}`)).json()
      return seriesIn(body).flatMap((each) => Reflect.get(each, 'exemplars') ?? []) as readonly unknown[]
    }
    const all = await exemplarsOf('')
    expect(all).toHaveLength(5)
    expect(all).toContainEqual({
      labels: [{ key: 'trace:id', value: { stringValue: 'abcdef12345678' } }],
      value: 16,
      timestampMs: '1795467583000',
    })
    expect(await exemplarsOf('&exemplars=2')).toHaveLength(2)
    expect(await exemplarsOf('&exemplars=0')).toHaveLength(5)
  })
})
