import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../../../test/test-clock.js'
import type { Span } from '../../model/span.js'
import { SECOND_MS, toUnixNano } from '../../model/time.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { NO_ATTRIBUTES, NO_EVENTS, NO_LINKS, NO_RESOURCE, NO_SCOPE, toStatus } from '../../otlp/decoded-spans.js'
import { createSpanWindow } from './span-window.js'

const NONE = new Map()

function setUp({ maxBytes = 1_000_000, maxAgeMs = 60 * SECOND_MS } = {}) {
  const clock = createTestClock()
  const metrics = createMetrics()
  const window = createSpanWindow({ maxBytes, maxAgeMs, clock, metrics })
  const everything = { start: 0, end: clock.now() * 2 }
  return {
    clock,
    window,
    /** The ids of all traces, sorted, as numbers. */
    held: () =>
      window
        .overlapping(everything)
        .map(({ traceId }) => Number(traceId))
        .sort((a, b) => a - b),
    read: async (name: string): Promise<Record<string, number>> => {
      const metric = await metrics.registry.getSingleMetric(name)?.get()
      return Object.fromEntries(
        (metric?.values ?? []).map(({ labels, value }) => [String(Object.values(labels)[0] ?? 'all'), value]),
      )
    },
  }
}

interface SpanOptions extends Partial<Omit<Span, 'traceId' | 'spanId'>> {
  readonly trace?: number
  readonly id?: number
  readonly startMs?: number
  readonly endMs?: number
}

function span({ trace = 1, id = 1, startMs = 1000, endMs = startMs, ...fields }: SpanOptions = {}): Span {
  return {
    traceId: String(trace).padStart(32, '0'),
    spanId: String(id).padStart(16, '0'),
    parentSpanId: undefined,
    traceState: '',
    flags: 0,
    name: 'op',
    kind: 'internal',
    startTimeUnixNano: toUnixNano(startMs),
    endTimeUnixNano: toUnixNano(endMs),
    attributes: NO_ATTRIBUTES,
    events: NO_EVENTS,
    links: NO_LINKS,
    status: toStatus('unset', ''),
    resource: NO_RESOURCE,
    scope: NO_SCOPE,
    ...fields,
  }
}

/** About this many bytes of text. */
const padding = (bytes: number) => new Map([['pad', 'x'.repeat(bytes / 2)]])

describe('the window', () => {
  it('puts traces together, in whatever order their spans come', () => {
    const { window, clock } = setUp()
    window.add([span({ trace: 1, id: 2 }), span({ trace: 2, id: 1 })])
    window.add([span({ trace: 1, id: 1 })])
    const [traceId] = [span().traceId]
    expect(window.get(traceId ?? '')?.spans.map(({ spanId }) => Number(spanId))).toEqual([2, 1])
    expect(window.overlapping({ start: 0, end: clock.now() })).toHaveLength(2)
    expect(window.get('f'.repeat(32))).toBeUndefined()
  })

  it('shows a trace as the same object until it grows', () => {
    const { window } = setUp()
    window.add([span()])
    const before = window.get(span().traceId)
    expect(window.get(span().traceId)).toBe(before)
    window.add([span({ id: 2 })])
    expect(before?.spans).toHaveLength(1)
    expect(window.get(span().traceId)?.spans).toHaveLength(2)
  })

  it.each([
    { what: 'before', start: 0, end: 999, found: false },
    { what: 'up to its start', start: 0, end: 1000, found: true },
    { what: 'inside', start: 2000, end: 3000, found: true },
    { what: 'around', start: 0, end: 9000, found: true },
    { what: 'from its end', start: 5000, end: 9000, found: true },
    { what: 'after', start: 5001, end: 9000, found: false },
  ])('finds a trace that overlaps an interval: $what', ({ start, end, found }) => {
    const { window } = setUp()
    window.add([span({ id: 1, startMs: 4000, endMs: 5000 }), span({ id: 2, startMs: 1000, endMs: 1500 })])
    expect(window.overlapping({ start, end })).toHaveLength(found ? 1 : 0)
  })

  it.each<[string, SpanOptions, boolean]>([
    ['the same span', {}, true],
    ['the same span with more to tell', { name: 'other' }, true],
    ['another span', { id: 2 }, false],
    ['the other side of a call, with the same id', { kind: 'server' }, false],
    ['a reused id at another time', { startMs: 2000 }, false],
    ['the same id in another trace', { trace: 2 }, false],
  ])('drops duplicates: %s', async (_what, again, isDuplicate) => {
    const { window, read } = setUp()
    window.add([span()])
    expect(window.add([span(again)])).toEqual(isDuplicate ? new Map([['duplicate', 1]]) : NONE)
    expect(window.add([span(again)])).toEqual(new Map([['duplicate', 1]]))
    expect(await read('tracebell_received_spans_total')).toEqual({ all: isDuplicate ? 1 : 2 })
    expect(await read('tracebell_refused_spans_total')).toEqual({ duplicate: isDuplicate ? 2 : 1 })
  })

  it('lets a trace go when it has been quiet for too long', async () => {
    const { window, clock, held, read } = setUp({ maxAgeMs: 10 * SECOND_MS })
    window.add([span({ trace: 1 }), span({ trace: 2 }), span({ trace: 2, id: 2 })])
    await clock.advance(6 * SECOND_MS)
    window.add([span({ trace: 1, id: 2 })])
    await clock.advance(4 * SECOND_MS)
    expect(held()).toEqual([1, 2])
    await clock.advance(1)
    expect(held()).toEqual([1])
    expect(window.get(span({ trace: 2 }).traceId)).toBeUndefined()
    expect(await read('tracebell_window_evicted_spans_total')).toEqual({ age: 2 })
    await clock.advance(6 * SECOND_MS)
    expect(held()).toEqual([])
    for (const gauge of ['bytes', 'spans', 'traces'])
      expect(await read(`tracebell_window_${gauge}`)).toEqual({ all: 0 })
  })

  it('lets the traces go that have been quiet for longest when memory runs out', async () => {
    const { window, held, read } = setUp({ maxBytes: 100_000 })
    for (let trace = 1; trace <= 9; trace += 1) window.add([span({ trace, attributes: padding(10_000) })])
    expect(held()).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
    window.add([span({ trace: 2, id: 2 })])
    window.add([span({ trace: 10, attributes: padding(10_000) })])
    expect(held()).toEqual([2, 4, 5, 6, 7, 8, 9, 10])
    expect(await read('tracebell_window_evicted_spans_total')).toEqual({ bytes: 2 })
  })

  it.each([
    ['spans', (id: number) => span({ id, attributes: padding(4500) })],
    ['resources', (id: number) => span({ id, resource: { attributes: padding(4500) } })],
    ['scopes', (id: number) => span({ id, scope: { name: '', version: '', attributes: padding(4500) } })],
    [
      'events',
      (id: number) => span({ id, events: [{ name: '', timeUnixNano: 1n, attributes: padding(4500) }] }),
    ],
  ])('takes no more than an eighth for one trace: %s', (_what, make) => {
    const { window, held } = setUp({ maxBytes: 100_000 })
    window.add([span({ trace: 2 })])
    expect(window.add([make(1), make(2), make(3), make(4)])).toEqual(new Map([['trace_too_large', 2]]))
    expect(window.add([span({ trace: 3, attributes: padding(20_000) })])).toEqual(
      new Map([['trace_too_large', 1]]),
    )
    expect(held()).toEqual([1, 2])
  })

  it('accounts for a resource that many traces share once, for as long as one of them holds it', async () => {
    const { window, clock, read } = setUp({ maxAgeMs: 10 * SECOND_MS })
    const bytes = async () => (await read('tracebell_window_bytes'))['all'] ?? 0
    const resource = { attributes: padding(50_000) }
    for (let trace = 1; trace <= 10; trace += 1) window.add([span({ trace, resource })])
    expect(await bytes()).toBeGreaterThan(50_000)
    expect(await bytes()).toBeLessThan(70_000)
    await clock.advance(9 * SECOND_MS)
    window.add([span({ trace: 1, id: 2, resource })])
    await clock.advance(9 * SECOND_MS)
    window.overlapping({ start: 0, end: 0 })
    expect(await bytes()).toBeGreaterThan(50_000)
    await clock.advance(2 * SECOND_MS)
    window.overlapping({ start: 0, end: 0 })
    expect(await bytes()).toBe(0)
  })

  it('holds fewer spans in many tiny traces than in a few', async () => {
    const { window, read } = setUp({ maxBytes: 1_000_000 })
    window.add(Array.from({ length: 5000 }, (_, trace) => span({ trace: trace + 1 })))
    const { all: spans = 0 } = await read('tracebell_window_spans')
    expect(spans).toBeGreaterThan(500)
    expect(spans).toBeLessThan(1_000_000 / 1000)
  })

  it('takes many spans of one trace in time that grows with their number', () => {
    const { window } = setUp({ maxBytes: 1_000_000_000 })
    const spans = Array.from({ length: 50_000 }, (_, id) => span({ id: id + 1 }))
    expect(window.add(spans)).toEqual(NONE)
    expect(window.get(span().traceId)?.spans).toHaveLength(50_000)
  })

  it('stays within its bound, and its books in order, whatever is added', async () => {
    const anySpan = fc.record({
      trace: fc.integer({ min: 1, max: 12 }),
      id: fc.integer({ min: 1, max: 6 }),
      startMs: fc.integer({ min: 0, max: 5000 }),
      attributes: fc.integer({ min: 0, max: 4000 }).map(padding),
      resource: fc.constantFrom(NO_RESOURCE, { attributes: padding(600) }, { attributes: padding(60) }),
    })
    const batches = fc.array(fc.tuple(fc.array(anySpan, { maxLength: 12 }), fc.nat(20_000)), {
      maxLength: 20,
    })
    await fc.assert(
      fc.asyncProperty(batches, async (steps) => {
        const { window, clock, read } = setUp({ maxBytes: 30_000 })
        for (const [spans, waitMs] of steps) {
          window.add(spans.map(span))
          const traces = window.overlapping({ start: 0, end: clock.now() })
          const spanCount = traces.reduce((sum, trace) => sum + trace.spans.length, 0)
          const { all: bytes = 0 } = await read('tracebell_window_bytes')
          expect(bytes).toBeLessThanOrEqual(30_000)
          expect(await read('tracebell_window_spans')).toEqual({ all: spanCount })
          expect(await read('tracebell_window_traces')).toEqual({ all: traces.length })
          await clock.advance(waitMs)
        }
        await clock.advance(120_000)
        expect(window.overlapping({ start: 0, end: clock.now() })).toEqual([])
        expect(await read('tracebell_window_bytes')).toEqual({ all: 0 })
      }),
      { numRuns: 100 },
    )
  })
})
