import { describe, expect, it } from 'vitest'
import { canonical } from './canonical.js'
import { readRecording, recordingNames } from './recordings.js'
import { blockEdge, dataSet, freshDataSet, lowLimits, splitTrace, tenants, ticker } from './scenes.js'
import type { TempoStandIn } from './stand-in.js'

type Scene = () => Promise<TempoStandIn>

const inPhase = (phase: 'starting' | 'stopping') => async () => {
  const tempo = await dataSet()
  tempo.setPhase(phase)
  return tempo
}
const withTenants = () => dataSet({ multitenancy: true })

/** The recordings that the stand-in must answer alike, and the state that it is in. */
const ALIKE: readonly (readonly [scene: Scene, names: readonly string[]])[] = [
  [
    dataSet,
    [
      'search-all-spans',
      'search-default-limit',
      'search-delete-method-accepted',
      'search-error-limit-not-a-number',
      'search-error-limit-too-big',
      'search-error-limit-zero',
      'search-error-only-end',
      'search-error-only-start',
      'search-error-q-and-tags',
      'search-error-range-too-long',
      'search-error-spss-too-big',
      'search-error-start-after-end',
      'search-error-start-equals-end',
      'search-error-start-fractional',
      'search-error-start-milliseconds',
      'search-error-start-rfc3339',
      'search-metrics-query-on-search',
      'search-post-form',
      'search-spss-1',
      'search-status-error',
      'search-status-error-no-spaces',
      'search-trace-duration',
      'search-window-no-q',
    ],
  ],
  [
    dataSet,
    [
      'metrics-range-count',
      'metrics-range-count-by-service',
      'metrics-range-error-not-metrics',
      'metrics-range-error-range-too-long',
      'metrics-range-error-step-bad',
      'metrics-range-error-step-too-small',
      'metrics-range-error-step-zero',
      'metrics-range-exemplars-0',
      'metrics-range-no-exemplars',
      'metrics-range-no-step',
      'metrics-range-rate',
      'metrics-range-unaligned',
      'metrics-instant-all-spans',
      'metrics-instant-by-service',
      'metrics-instant-error-bad-since',
      'metrics-instant-error-bad-time',
      'metrics-instant-error-no-query',
      'metrics-instant-error-not-metrics',
      'metrics-instant-error-range-too-long',
      'metrics-instant-error-spans',
      'metrics-instant-error-start-equals-end',
      'metrics-instant-error-traces-by-trace-id',
      'metrics-instant-left-edge-exclusive',
      'metrics-instant-milliseconds-misread',
      'metrics-instant-nanoseconds',
      'metrics-instant-query-param-name',
      'metrics-instant-rate',
      'metrics-instant-rfc3339',
      'metrics-instant-right-edge-inclusive',
      'metrics-instant-zero',
      'metrics-instant-zero-by',
    ],
  ],
  [
    dataSet,
    [
      'buildinfo',
      'echo',
      'error-unknown-path',
      'ready',
      'trace-by-id-error-bad-id',
      'trace-by-id-error-too-long-id',
      'trace-by-id-v1',
      'trace-by-id-v1-not-found',
      'trace-by-id-v1-short-id',
      'trace-by-id-v1-with-range',
      'trace-by-id-v2',
      'trace-by-id-v2-linked-span',
      'trace-by-id-v2-not-found',
      'trace-by-id-v2-orphan',
    ],
  ],
  [
    freshDataSet,
    [
      'search-fresh-trace-not-visible-yet',
      'trace-by-id-v1-immediately-after-push',
      'trace-by-id-v2-immediately-after-push',
    ],
  ],
  [
    ticker,
    [
      'search-live-10s-window-is-widened',
      'search-live-30s-window-is-refused',
      'search-live-60s-window-is-cut',
      'search-live-end-in-future',
      'search-live-no-range',
      'search-live-since',
      'search-live-window-in-future',
      'search-live-window-shifted-by-cutoff',
      'metrics-live-20s-window-is-refused',
      'metrics-live-60s-window-is-cut',
      'metrics-live-range-latest-bucket',
      'metrics-live-shifted-window',
      'metrics-live-since',
    ],
  ],
  [blockEdge, ['metrics-instant-left-edge-block-tail-lost', 'metrics-range-exact-same-window']],
  [splitTrace, ['trace-by-id-v2-split-trace']],
  [
    tenants,
    [
      'metrics-instant-tenant-federated',
      'search-tenant',
      'search-tenant-error-bad-name',
      'search-tenant-federated',
      'search-tenant-unknown',
      'trace-by-id-v1-tenant-wrong',
    ],
  ],
  [
    withTenants,
    [
      'echo-no-tenant',
      'metrics-instant-error-no-tenant',
      'search-error-no-tenant',
      'trace-by-id-error-no-tenant',
    ],
  ],
  [() => lowLimits({ defaultResultLimit: 2 }), ['search-configured-default-limit']],
  [() => lowLimits({ maxResultLimit: 5 }), ['search-error-limit-above-configured-max']],
  [() => lowLimits({ maxResponseSeries: 3 }), ['metrics-instant-partial-max-series']],
  [inPhase('starting'), ['metrics-instant-error-starting', 'ready-starting', 'search-error-starting']],
  [
    inPhase('stopping'),
    [
      'echo-stopping',
      'metrics-instant-error-stopping',
      'ready-stopping',
      'search-error-stopping',
      'trace-by-id-v2-error-stopping',
    ],
  ],
]

/** The stand-in knows no such query, and says so. */
const QUERY_NOT_JUDGED = [
  'metrics-instant-avg-duration',
  'metrics-instant-bottomk',
  'metrics-instant-by-int-attribute',
  'metrics-instant-by-missing-attribute',
  'metrics-instant-by-root',
  'metrics-instant-by-two',
  'metrics-instant-compare',
  'metrics-instant-comparison-false',
  'metrics-instant-count-pipeline',
  'metrics-instant-error-by-too-many',
  'metrics-instant-error-not-metrics-aggregate',
  'metrics-instant-error-ratio',
  'metrics-instant-error-ratio-above',
  'metrics-instant-error-ratio-by-service',
  'metrics-instant-error-syntax',
  'metrics-instant-histogram',
  'metrics-instant-kind-server-error-by-service',
  'metrics-instant-max-duration',
  'metrics-instant-min-sum',
  'metrics-instant-one-divided-by-zero',
  'metrics-instant-percent-above',
  'metrics-instant-quantile',
  'metrics-instant-root-error-spans',
  'metrics-instant-root-spans',
  'metrics-instant-root-spans-by-service',
  'metrics-instant-slow-ratio',
  'metrics-instant-split-trace-by-trace-id',
  'metrics-instant-structural',
  'metrics-instant-topk',
  'metrics-instant-zero-divided-by-zero',
  'metrics-range-comparison',
  'metrics-range-error-arithmetic-without-parens',
  'metrics-range-histogram',
  'metrics-range-quantile',
  'metrics-range-ratio',
  'metrics-range-topk',
  'search-and-of-spansets',
  'search-attribute-types',
  'search-avg-duration',
  'search-by-service',
  'search-by-service-count',
  'search-by-trace-id',
  'search-count-gt-2',
  'search-descendant',
  'search-error-bad-traceql',
  'search-error-count-gt-5',
  'search-error-count-gt-50-empty',
  'search-error-regex',
  'search-error-type-mismatch',
  'search-error-unknown-enum',
  'search-exception-event',
  'search-http-500-status-unset',
  'search-ignored-unknown-param',
  'search-int-literal-does-not-match-double',
  'search-leaf-errors',
  'search-link',
  'search-not-descendant',
  'search-orphans',
  'search-regex',
  'search-root-span-duration',
  'search-select',
  'search-span-duration',
  'search-split-trace-count-gt-5-missed',
  'search-split-trace-duration-missed',
  'search-split-trace-status-error',
  'search-split-trace-structural-missed',
  'search-spss-0',
  'search-spss-10',
  'search-union-descendant',
]

/** The rest, each with its reason. */
const NOT_COMPARED: Readonly<Record<string, string>> = {
  'search-limit-1': 'an arbitrary one of the matches: see below',
  'search-most-recent': 'arbitrary among equal starts: see below',
  'search-error-query-too-long': 'the recording leaves the query out: see below',
  'search-error-bad-min-duration': 'no search by duration parameters: answers 400 with another text',
  'search-tags-legacy': 'no search by tags: answers 400',
  'search-error-api-timeout': 'a test asks for it by `fail`',
  'search-error-queue-full': 'a test asks for it by `fail`',
  'metrics-instant-error-api-timeout': 'a test asks for it by `fail`',
  'metrics-instant-error-queue-full': 'a test asks for it by `fail`',
  'status-endpoints': 'a page that no client reads',
  'status-services': 'a page that no client reads',
  'status-version': 'the build has its own version line',
  'trace-by-id-v1-size-limit': 'no limit on the size of a trace',
  'trace-by-id-v2-size-limit': 'no limit on the size of a trace',
  'trace-by-id-v2-filtered-partial': 'no filter on trace by id: answers 400',
  'trace-by-id-v2-llm-format': 'one format only',
}

const alike = ALIKE.flatMap(([scene, names]) => names.map((name) => ({ name, scene })))

describe('beside the recordings of a real Tempo', () => {
  it.each(alike)('answers $name alike', async ({ name, scene }) => {
    const { request, response } = readRecording(name)
    const answer = (await scene()).respond(request.method, request.target, request.headers)
    expect(answer?.status).toBe(response.status)
    expect(canonical(parsed(answer?.body))).toEqual(canonical(response.body))
  })

  it.each(QUERY_NOT_JUDGED)('says of %s that it does not judge the query', async (name) => {
    const { request } = readRecording(name)
    const answer = (await lowLimits()).respond(request.method, request.target, request.headers)
    expect(answer?.status).toBe(400)
    expect(answer?.body).toMatch(/parse error .*the stand-in does not judge /)
  })

  it('leaves no recording of a query out without a reason', () => {
    const asked = recordingNames().filter((name) => !name.startsWith('otlp-push-'))
    const listed = [...alike.map(({ name }) => name), ...QUERY_NOT_JUDGED, ...Object.keys(NOT_COMPARED)]
    expect(listed.sort()).toEqual(asked)
  })

  it.each([
    { name: 'search-limit-1', among: 'search-status-error' },
    { name: 'search-most-recent', among: 'search-all-spans' },
  ])('answers $name with as many of the traces of $among', async ({ name, among }) => {
    const { request, response } = readRecording(name)
    const answer = (await dataSet()).respond(request.method, request.target)
    const found = tracesOf(parsed(answer?.body))
    expect(found).toHaveLength(tracesOf(response.body).length)
    expect(tracesOf(readRecording(among).response.body)).toEqual(expect.arrayContaining([...found]))
  })

  it('refuses a query that is too long', async () => {
    const { response } = readRecording('search-error-query-too-long')
    const q = `{ name = "${'x'.repeat(131_100)}" }`
    const answer = (await dataSet()).respond('GET', `/api/search?q=${encodeURIComponent(q)}`)
    expect(answer).toMatchObject({ status: response.status, body: response.body })
  })
})

function parsed(body: string | undefined): unknown {
  return body?.startsWith('{') ? JSON.parse(body) : body
}

function tracesOf(body: unknown): readonly unknown[] {
  const traces: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'traces') : undefined
  return Array.isArray(traces) ? traces.map((trace) => canonical(trace)) : []
}
