import { createTestClock } from '../test-clock.js'
import { createTempoStandIn, type TempoStandIn, type TempoStandInOptions } from './stand-in.js'
import type { TestSpan } from './test-trace.js'

/** When the tests of the stand-in begin. */
export const START_MS = 1_800_000_000_000

type Params = Readonly<Record<string, string | number | undefined>>

/** A stand-in in virtual time. */
export function setUp(settings: Omit<TempoStandInOptions, 'clock'> = {}) {
  const clock = createTestClock(START_MS)
  return { clock, tempo: createTempoStandIn({ clock, ...settings }) }
}

/** A span in error that ends as it is pushed, after 20 ms. */
export function span(now: number, more: Partial<TestSpan> = {}): TestSpan {
  return {
    spanId: hex(1, 16),
    service: 'shop',
    name: 'buy',
    startMs: now - 20,
    durationMs: 20,
    error: true,
    ...more,
  }
}

/** The number in hex, with leading zeros. */
export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

/** Asks the stand-in, without a server. The body is parsed where it is JSON. */
export function get(tempo: TempoStandIn, path: string, params: Params = {}) {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(params)) if (value !== undefined) query.set(key, `${value}`)
  const answer = tempo.respond('GET', `${path}?${query.toString()}`)
  const isJson = answer?.headers['content-type'] === 'application/json'
  const body: unknown = isJson ? JSON.parse(answer.body) : answer?.body
  return { status: answer?.status, body }
}

/** Counts the spans in error. */
export const ERROR_SPANS = '{status=error} | count_over_time() with (exemplars=false)'

/** The trace ids that a search for all over the last ten minutes gives, as Tempo prints them. */
export function search(tempo: TempoStandIn, nowMs: number, params: Params = {}) {
  const now = Math.floor(nowMs / 1000)
  const { body } = get(tempo, '/api/search', { q: '{}', start: now - 600, end: now, ...params })
  return idsOf(body)
}

/** The trace ids in the answer to a search. */
export function idsOf(body: unknown): readonly string[] {
  return [...JSON.stringify(body).matchAll(/"traceID":"([0-9a-f]+)"/g)].map(([, id]) => id ?? '')
}

/** The sum of the samples inside (end - seconds, end], as a careful client takes it. */
export function countRange(tempo: TempoStandIn, end: number, seconds: number, q = ERROR_SPANS): number {
  const start = end - seconds
  const { body } = get(tempo, '/api/metrics/query_range', { q, start, end, step: '1s' })
  const samples = [...JSON.stringify(body).matchAll(/\{"timestampMs":"(\d+)"(?:,"value":(\d+))?\}/g)]
  return samples
    .filter(([, at]) => Number(at) > start * 1000 && Number(at) <= end * 1000)
    .reduce((sum, [, , value]) => sum + Number(value ?? 0), 0)
}

/** The id of the trace where a test needs but one; search gives it as `a`. */
export const A = hex(0xa, 32)

/** The traces of a search for all over the last ten minutes. */
export function tracesOf(tempo: TempoStandIn, nowMs: number): readonly unknown[] {
  const now = Math.floor(nowMs / 1000)
  const { body } = get(tempo, '/api/search', { q: '{}', start: now - 600, end: now })
  const traces: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'traces') : undefined
  return Array.isArray(traces) ? traces : []
}
