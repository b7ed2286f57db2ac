import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { serveEmbeddedApi, pushSpan } from '../../../test/embedded-api.js'
import { listenOnLoopback } from '../../../test/loopback.js'
import { countByMetrics } from '../../detect/count-traces.js'
import { SECOND_MS, toUnixNano } from '../../model/time.js'
import { createTempoSource } from '../../source/tempo/source.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { noSpans } from '../../telemetry/spans.js'
import { QUERY_LANGUAGE } from '../../embedded-queries.js'
import { createTempoApiHandler } from './handler.js'

const TRACES = 10_000
const WINDOW_MS = 60 * SECOND_MS

/** A window of so many traces, evenly over its 60 s, of which every tenth failed; and a source that asks it. */
async function countingOver(count: number) {
  const api = await serveEmbeddedApi()
  const end = api.clock.now()
  const stepNano = toUnixNano(WINDOW_MS) / BigInt(count)
  for (let index = 0; index < count; index += 1) {
    // The first one starts right at the start, which is not in the window; the last one right before its end.
    const startTimeUnixNano = toUnixNano(end - WINDOW_MS) + BigInt(index) * stepNano
    const code = index % 10 === 0 ? 'error' : 'unset'
    pushSpan(api, { startTimeUnixNano, status: { code, message: '' } }, 'shop')
  }
  api.close()
  const paths: string[] = []
  const handler = createTempoApiHandler({
    traces: api.window,
    language: QUERY_LANGUAGE,
    clock: api.clock,
    version: '1.2.3',
  })
  const url = await listenOnLoopback(
    createServer((request, response) => {
      paths.push(request.url?.split('?')[0] ?? '')
      handler(request, response)
    }),
  )
  const source = createTempoSource({
    config: { url: new URL(url), headers: {}, queryTimeoutMs: 10 * SECOND_MS },
    clock: api.clock,
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    metrics: createMetrics(),
    spans: noSpans,
    untraced: (work) => work(),
    lagMs: 0,
  })
  const countOf = async (filter: string, window = { start: end - WINDOW_MS, end }) => {
    const answer = await countByMetrics(
      source,
      { kind: 'count', filter, window },
      AbortSignal.timeout(60_000),
    )
    return { traces: answer.items.length, completeness: answer.completeness }
  }
  return { countOf, paths, end, url, close: () => source.close() }
}

describe("tracebell's own counts", () => {
  it('come from one metrics query each, exact over ten thousand traces', async () => {
    const { countOf, paths, end, close } = await countingOver(TRACES)
    try {
      expect(await countOf('{}')).toEqual({ traces: TRACES - 1, completeness: 'complete' })
      expect(await countOf('{status=error}')).toEqual({ traces: TRACES / 10 - 1, completeness: 'complete' })
      const half = { start: end - WINDOW_MS / 2, end }
      expect(await countOf('{}', half)).toEqual({ traces: TRACES / 2 - 1, completeness: 'complete' })
      expect(paths).toEqual(Array.from({ length: 3 }, () => '/api/metrics/query_range'))
    } finally {
      await close()
    }
  })

  it('are exact too where one answer has no room for all series', async () => {
    const { countOf, paths, close } = await countingOver(60_000)
    try {
      expect(await countOf('{}')).toEqual({ traces: 59_999, completeness: 'complete' })
      expect(paths.length).toBeGreaterThan(1)
      expect(new Set(paths)).toEqual(new Set(['/api/metrics/query_range']))
    } finally {
      await close()
    }
  })
})

describe('exemplars of ten thousand traces', () => {
  it('come from all over the window, and are as many as are shown', async () => {
    const { url, end, close } = await countingOver(TRACES)
    await close()
    const range = new URLSearchParams({
      q: '{} | rate()',
      start: String(end / 1000 - 60),
      end: String(end / 1000),
    })
    const body: unknown = await (await fetch(`${url}/api/metrics/query_range?${range.toString()}`)).json()
    expect(body).toMatchObject({ series: [{ exemplars: expect.any(Array) }] })
    // oxlint-disable-next-line no-unsafe-type-assertion
    const { series } = body as { series: [{ exemplars: { timestampMs: string }[] }] }
    const seconds = series[0].exemplars.map(({ timestampMs }) => Math.floor(Number(timestampMs) / 1000))
    expect(seconds).toHaveLength(100)
    expect(new Set(seconds).size).toBeGreaterThanOrEqual(59)
  })
})
