import { describe, expect, it } from 'vitest'
import { createAnomalyRule } from '../../../test/anomaly/anomaly-rule.js'
import { createDice } from '../../../test/anomaly/simulated-system/dice.js'
import type { Weather } from '../../../test/anomaly/small-shop/shop-request.js'
import { layOut, serve, work } from '../../../test/anomaly/small-shop/step.js'
import { playShop, START, TICK_MS, toldOf } from '../../../test/anomaly/small-shop/watch-traces.js'
import { buildSpan } from '../../../test/conformance/traceql/build-trace.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { Finding } from '../../model/finding.js'
import type { Span } from '../../model/span.js'
import { MINUTE_MS } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import { encodeTraceProtobuf } from '../../otlp/encode-protobuf.js'
import { createTraceWindow } from '../../source/window/trace-window.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { createMeasureAnomalies } from './measure-anomalies.js'

const MINUTES = 12
const LATENESS_MS = 80_000
const { signal } = new AbortController()

interface Arrival {
  readonly at: number
  readonly spans: readonly Span[]
}

/** What is found at the end of each tick where spans come over OTLP, into a window. */
async function receive(arrivals: readonly Arrival[]): Promise<readonly (Finding | undefined)[]> {
  const clock = createTestClock(START)
  const options = { maxBytes: 256 * 1024 * 1024, maxAgeMs: 30 * MINUTE_MS, clock, metrics: createMetrics() }
  const window = createTraceWindow(options)
  const freshness = () => ({ lagMs: LATENESS_MS, known: true })
  const measure = createMeasureAnomalies({ traces: window, freshness })
  const found: (Finding | undefined)[] = []
  const waiting = arrivals.toSorted((left, right) => right.at - left.at)
  for (let at = START + TICK_MS; at <= START + MINUTES * MINUTE_MS + LATENESS_MS; at += TICK_MS) {
    await clock.advance(TICK_MS)
    while ((waiting.at(-1)?.at ?? Number.POSITIVE_INFINITY) <= at) {
      window.add(encodeTraceProtobuf(waiting.pop()?.spans ?? []))
    }
    const [measured] = await measure([createAnomalyRule()], at, signal)
    if (measured === undefined || measured instanceof Error)
      throw new Error('nothing measured', { cause: measured })
    found.push(measured.samples[0]?.finding)
  }
  return found
}

const endOf = (span: Span): number => Number(span.endTimeUnixNano / 1_000_000n)

/** Each trace as a whole, half a second after its last span. */
function promptly(traces: readonly Trace[]): readonly Arrival[] {
  return traces.map(({ spans }) => ({ at: Math.max(...spans.map(endOf)) + 500, spans }))
}

/** Each span by itself, at most so late. */
function scattered(traces: readonly Trace[], seed: number): readonly Arrival[] {
  const dice = createDice(seed)
  const spans = dice.shuffle(traces.flatMap((trace) => trace.spans))
  return spans.map((span) => ({ at: endOf(span) + dice.between(0, LATENESS_MS - TICK_MS), spans: [span] }))
}

const weather = (minute: number): Weather =>
  minute < 9
    ? {}
    : { slower: { 'stock>items': 90 }, failing: { 'stock.reserve': 0.3 }, throwing: ['Gone', 'item 17'] }

const traces = playShop(21, MINUTES, weather, 2)

describe('spans that are received', () => {
  const prompt = receive(promptly(traces))

  it('of a fault tell of it', async () => {
    expect(toldOf(await prompt)).toEqual([expect.stringMatching(/^stock latency at \d+: stock SELECT items/)])
  })

  it.each([1, 2])('make the same of it in whatever order they come, in time (seed %d)', async (seed) => {
    expect(await receive(scattered(traces, seed))).toEqual(await prompt)
  })

  it('make the same of it where they come twice, or where another has their id', async () => {
    const twice = traces.flatMap(({ spans }, index) => {
      const at = Math.max(...spans.map(endOf)) + 500
      const others = spans.map((span) => ({
        ...span,
        name: 'other',
        endTimeUnixNano: span.endTimeUnixNano + 7_000_000_000n,
      }))
      return [
        { at, spans },
        { at: at + (index % 40) * 1000, spans: [...spans, ...others] },
      ]
    })
    expect(await receive(twice)).toEqual(await prompt)
  })

  it('of other services at the ends of time, or in a circle, change nothing', async () => {
    expect(toldOf(await receive([...promptly(traces), ...oddArrivals()]))).toEqual(toldOf(await prompt))
  })
})

/** Spans that no sound program sends: some every two seconds. */
function oddArrivals(): readonly Arrival[] {
  const last = (1n << 64n) - 1n
  const year = 31_536_000_000_000_000n
  return Array.from({ length: MINUTES * 30 }, (_, index) => {
    const at = START + index * 2000
    const now = BigInt(at) * 1_000_000n
    const times: readonly (readonly [bigint, bigint])[] = [
      [0n, 0n],
      [0n, now],
      [now, 0n],
      [now, last],
      [last, last],
      [last, now],
      [now - 3n * year, now],
      [now, now + year],
      [(1n << 63n) - 1n, 1n << 63n],
    ]
    const parents = [
      undefined,
      '00000000000000ff',
      '0000000000000002',
      '0000000000000001',
      '0000000000000007',
    ]
    const spans = times.map(([startTimeUnixNano, endTimeUnixNano], place) =>
      buildSpan({
        traceId: (index + 0xabc000000).toString(16).padStart(32, '0'),
        spanId: ((place % 7) + 1).toString(16).padStart(16, '0'),
        parentSpanId: parents[place % parents.length],
        name: `odd ${String.fromCodePoint(97 + place)}`,
        kind: (['server', 'client', 'internal', 'consumer', 'producer'] as const)[place % 5] ?? 'internal',
        startTimeUnixNano,
        endTimeUnixNano,
        resource: { attributes: new Map([['service.name', 'odd']]) },
      }),
    )
    return { at, spans }
  })
}

describe('names that are meant to do harm', () => {
  const HOSTILE = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'a\nb',
    '',
    '\0',
    '😀'.repeat(200),
    '{{.Values}}',
  ]

  it.each(HOSTILE)('are names like any other: %j', async (name) => {
    const dice = createDice(3)
    const slow = Array.from({ length: MINUTES * 30 }, (_, index) => {
      const at = START + index * 2000
      const ms = dice.logNormal(10, 0.2) + (at >= START + 9 * MINUTE_MS ? 500 : 0)
      const details = {
        attributes: { [name]: name, 'server.address': name, 'peer.service': name },
        exception: [name, name] as const,
        failed: true,
      }
      const inner = work(name, name, ms, [], details)
      return layOut(serve(name, name, 5, [inner], { failed: true }), index + 1, at)
    })
    const found = await receive(promptly(slow))
    const service = name === '' ? 'unknown_service' : name.replaceAll(/[\n\0]/g, ' ').slice(0, 120)
    expect(found.slice(0, 8 * 6).every((each) => each === undefined)).toBe(true)
    expect(found.at(-1)).toMatchObject({ service, signal: 'latency' })
    expect(found.at(-1)?.sentence).not.toMatch(/[\n\0]/)
  })

  it('that are the same once they are joined are told apart', async () => {
    const pairs = [
      ['a\nb', 'c'],
      ['a', 'b\nc'],
    ] as const
    const both = pairs.flatMap(([service, operation], place) =>
      Array.from({ length: MINUTES * 30 }, (_, index) => {
        const isSlow = place === 1 && index >= 9 * 30
        return layOut(
          serve(service, operation, isSlow ? 400 : 10),
          index * 2 + place + 1,
          START + index * 2000,
        )
      }),
    )
    const found = await receive(promptly(both))
    expect(found.at(-1)).toMatchObject({ service: 'a', operation: 'b c', candidates: ['a'] })
    expect(found.at(-1)?.sentence).toMatch(/(\d+) of \1 calls$/)
  })

  it('of megabytes are cut in what is told', async () => {
    const long = 'x'.repeat(200_000)
    const many = Array.from({ length: MINUTES * 12 }, (_, index) => {
      const fails = index >= 9 * 12
      const details = { failed: fails, exception: [long, long] as const, attributes: { [long]: long } }
      return layOut(serve(long, long, 10, [], details), index + 1, START + index * 5000)
    })
    const last = (await receive(promptly(many))).at(-1)
    expect(last?.signal).toBe('errors')
    const told = [last?.service, last?.operation, last?.sentence, ...(last?.evidence ?? [])]
    for (const text of told) expect(text?.length).toBeLessThan(1000)
  })
})
