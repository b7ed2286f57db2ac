import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toPlainSpan } from '../../../test/plain-span.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { AttributeValue } from '../../model/attributes.js'
import type { SpanScreen } from '../../model/span-screen.js'
import { SPAN_KINDS, STATUS_CODES, type Span } from '../../model/span.js'
import { SECOND_MS, toUnixNano } from '../../model/time.js'
import { findRoot, hasUsableIds } from '../../model/trace.js'
import { toTraits } from '../../model/trace-glance.js'
import { createMetrics } from '../../telemetry/metrics.js'
import {
  NO_ATTRIBUTES,
  NO_EVENTS,
  NO_LINKS,
  NO_RESOURCE,
  NO_SCOPE,
  toStatus,
} from '../../otlp/decoded-spans.js'
import { encodeTraceProtobuf } from '../../otlp/encode-protobuf.js'
import { createTraceWindow } from './trace-window.js'

const NONE = new Map()

function setUp({ maxBytes = 1_000_000, maxAgeMs = 60 * SECOND_MS } = {}) {
  const clock = createTestClock()
  const metrics = createMetrics()
  const window = createTraceWindow({ maxBytes, maxAgeMs, clock, metrics })
  const everything = { start: 0, end: clock.now() * 2 }
  return {
    clock,
    window,
    add: (...spans: readonly Span[]) => window.add(encodeTraceProtobuf(spans)),
    /** The ids of all traces, or of those that pass, sorted, as numbers. */
    held: (test?: SpanScreen) => {
      const ids = Array.from(window.overlapping(everything, test), ({ traceId }) => Number(traceId))
      return ids.sort((a, b) => a - b)
    },
    starts: () => Array.from(window.overlapping(everything), ({ traceId }) => Number(traceId)),
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
const padding = (bytes: number) => new Map([['pad', 'x'.repeat(bytes)]])

describe('the window', () => {
  it('puts traces together, in whatever order their spans come', () => {
    const { window, add, held } = setUp()
    add(span({ trace: 1, id: 2 }), span({ trace: 2, id: 1 }))
    add(span({ trace: 1, id: 1 }))
    expect(window.get(span().traceId)?.spans.map(({ spanId }) => Number(spanId))).toEqual([2, 1])
    expect(held()).toEqual([1, 2])
    expect(window.get('f'.repeat(32))).toBeUndefined()
  })

  it('shows a trace as it was when it was asked for', async () => {
    const { window, add, clock } = setUp({ maxAgeMs: 1000 })
    add(span({ name: 'first' }))
    const before = window.get(span().traceId)
    add(span({ id: 2 }))
    await clock.advance(5000)
    expect(window.get(span().traceId)).toBeUndefined()
    expect(before?.spans.map(({ name }) => name)).toEqual(['first'])
  })

  it.each([
    { what: 'before', start: 0, end: 999, found: false },
    { what: 'up to its start', start: 0, end: 1000, found: true },
    { what: 'inside', start: 2000, end: 3000, found: true },
    { what: 'around', start: 0, end: 9000, found: true },
    { what: 'from its end', start: 5000, end: 9000, found: true },
    { what: 'after', start: 5001, end: 9000, found: false },
  ])('finds a trace that overlaps an interval: $what', ({ start, end, found }) => {
    const { window, add } = setUp()
    add(span({ id: 1, startMs: 4000, endMs: 5000 }), span({ id: 2, startMs: 1000, endMs: 1500 }))
    expect([...window.overlapping({ start, end })]).toHaveLength(found ? 1 : 0)
  })

  it('gives the latest start first, whenever the spans came', () => {
    const { add, starts } = setUp()
    add(span({ trace: 1, startMs: 3000 }), span({ trace: 2, startMs: 1000 }))
    add(span({ trace: 3, startMs: 2000 }))
    expect(starts()).toEqual([1, 3, 2])
    add(span({ trace: 1, id: 2, startMs: 500 }))
    expect(starts()).toEqual([3, 2, 1])
  })

  it('gives only the traces of which a span passes a test', () => {
    const { add, held } = setUp()
    add(
      span({ trace: 1, name: 'a' }),
      span({ trace: 2, name: 'b' }),
      span({ trace: 2, id: 2, kind: 'server' }),
    )
    expect(held(({ name }) => name === 'b')).toEqual([2])
    expect(held(({ kind }) => kind === 'server')).toEqual([2])
    expect(held(({ kind, name }) => kind === 'server' && name === 'b')).toEqual([])
  })

  it('tells which traces changed since it was asked last', () => {
    const { window, add } = setUp()
    const changedSince = (mark: number) => {
      const changed = window.changedSince(mark)
      return { mark: changed.mark, traces: [...changed.traces] }
    }
    add(span({ trace: 1 }), span({ trace: 2 }))
    const first = changedSince(0)
    expect(first.traces.map(({ traceId }) => Number(traceId))).toEqual([2, 1])
    expect(changedSince(first.mark).traces).toEqual([])
    add(span({ trace: 1, id: 2 }), span({ trace: 2 }))
    const second = changedSince(first.mark)
    expect(second.traces.map(({ traceId }) => Number(traceId))).toEqual([1])
    expect(second.traces[0]?.spans).toHaveLength(2)
  })

  it('lets be glanced at what changed since a mark', () => {
    const { window, add } = setUp()
    const glanced = (mark: number): string[] => {
      const seen: string[] = []
      for (const glance of window.glanceSince(mark)) {
        glance.eachSpan(({ traceId, spanId }) => seen.push(`${Number(traceId)}.${Number(spanId)}`))
      }
      return seen
    }
    add(span({ trace: 1 }), span({ trace: 2 }))
    const first = window.mark()
    expect([glanced(0), glanced(first)]).toEqual([['2.1', '1.1'], []])
    add(span({ trace: 1, id: 2 }), span({ trace: 2 }))
    expect(glanced(first)).toEqual(['1.1', '1.2'])
    expect(glanced(window.mark())).toEqual([])
  })

  it.each<[string, SpanOptions, boolean]>([
    ['the same span', {}, true],
    ['the same span with more to tell', { name: 'other' }, true],
    ['another span', { id: 2 }, false],
    ['the other side of a call, with the same id', { kind: 'server' }, false],
    ['a reused id at another time', { startMs: 2000 }, false],
    ['the same id in another trace', { trace: 2 }, false],
  ])('drops duplicates: %s', async (_what, again, isDuplicate) => {
    const { add, read } = setUp()
    add(span())
    expect(add(span(again))).toEqual(isDuplicate ? new Map([['duplicate', 1]]) : NONE)
    expect(add(span(again))).toEqual(new Map([['duplicate', 1]]))
    expect(await read('tracebell_received_spans_total')).toEqual({ all: isDuplicate ? 1 : 2 })
    expect(await read('tracebell_refused_spans_total')).toEqual({ duplicate: isDuplicate ? 2 : 1 })
  })

  it('drops duplicates in large traces too, and within one request', () => {
    const { window, add } = setUp({ maxBytes: 10_000_000 })
    const spans = Array.from({ length: 2000 }, (_, index) => span({ id: 1 + (index % 1000) }))
    expect(add(...spans)).toEqual(new Map([['duplicate', 1000]]))
    expect(add(...spans)).toEqual(new Map([['duplicate', 2000]]))
    expect(window.get(span().traceId)?.spans).toHaveLength(1000)
  })

  it('takes no memory for what it holds already', async () => {
    const { add, read } = setUp()
    add(span({ attributes: padding(5000) }))
    const bytes = await read('tracebell_window_bytes')
    for (let again = 0; again < 50; again += 1) add(span({ attributes: padding(5000) }))
    expect(await read('tracebell_window_bytes')).toEqual(bytes)
  })

  it('keeps nothing of a request that cannot be read to its end', async () => {
    const { window, add, held, read } = setUp()
    add(span({ trace: 1 }))
    const bytes = await read('tracebell_window_bytes')
    const resource = { attributes: padding(3000) }
    const request = encodeTraceProtobuf([span({ trace: 2, resource }), span({ trace: 1, id: 2, resource })])
    expect(() => window.add(request.subarray(0, -1))).toThrow('invalid protobuf')
    expect(held()).toEqual([1])
    expect(window.get(span().traceId)?.spans).toHaveLength(1)
    expect(await read('tracebell_window_bytes')).toEqual(bytes)
  })

  it('lets a trace go as a whole, some time after its first span came', async () => {
    const { window, add, clock, held, read } = setUp({ maxAgeMs: 64 * SECOND_MS })
    add(span({ trace: 1 }), span({ trace: 2 }), span({ trace: 2, id: 2 }))
    await clock.advance(10 * SECOND_MS)
    add(span({ trace: 1, id: 2 }), span({ trace: 3 }))
    await clock.advance(54 * SECOND_MS)
    expect(held()).toEqual([1, 2, 3])
    await clock.advance(SECOND_MS + 1)
    expect(held()).toEqual([3])
    expect(window.get(span().traceId)).toBeUndefined()
    expect(await read('tracebell_window_evicted_spans_total')).toEqual({ age: 4 })
    add(span({ trace: 1, id: 3 }))
    expect(window.get(span().traceId)?.spans).toHaveLength(1)
    await clock.advance(66 * SECOND_MS)
    expect(held()).toEqual([])
    for (const gauge of ['spans', 'traces'])
      expect(await read(`tracebell_window_${gauge}`)).toEqual({ all: 0 })
    const { all: bytes = 0 } = await read('tracebell_window_bytes')
    expect(bytes).toBeLessThan(5000)
  })

  it('lets the traces go that came first when memory runs out', async () => {
    const { add, held, read } = setUp({ maxBytes: 100_000 })
    for (let trace = 1; trace <= 30; trace += 1) add(span({ trace, attributes: padding(5000) }))
    const left = held()
    expect(left.length).toBeGreaterThan(10)
    expect(left).toEqual(Array.from(left, (_, index) => 31 - left.length + index))
    expect(await read('tracebell_window_evicted_spans_total')).toEqual({ bytes: 30 - left.length })
  })

  it.each([
    ['spans', (id: number) => span({ id, attributes: padding(4500) })],
    [
      'events',
      (id: number) => span({ id, events: [{ name: '', timeUnixNano: 1n, attributes: padding(4500) }] }),
    ],
  ])('takes no more than an eighth for one trace: %s', (_what, make) => {
    const { add, held } = setUp({ maxBytes: 100_000 })
    add(span({ trace: 2 }))
    expect(add(make(1), make(2), make(3), make(4))).toEqual(new Map([['trace_too_large', 2]]))
    expect(add(span({ trace: 3, attributes: padding(20_000) }))).toEqual(new Map([['trace_too_large', 1]]))
    expect(held()).toEqual([1, 2])
  })

  it('holds a resource that many requests share once, for as long as one of them is there', async () => {
    const { window, add, clock, read } = setUp({ maxAgeMs: 64 * SECOND_MS })
    const bytes = async () => (await read('tracebell_window_bytes'))['all'] ?? 0
    const resource = { attributes: padding(20_000) }
    const before = await bytes()
    for (let trace = 1; trace <= 10; trace += 1) add(span({ trace, resource }))
    // Its bytes come with each request; its text, twice as wide, is there once.
    expect((await bytes()) - before).toBeLessThan(10 * 20_000 + 3 * 20_000 + 50_000)
    const [first, second] = [1, 2].map((trace) => window.get(span({ trace }).traceId)?.spans[0]?.resource)
    expect(first).toBe(second)
    expect(first?.attributes.size).toBe(1)
    await clock.advance(130 * SECOND_MS)
    expect(window.get(span().traceId)).toBeUndefined()
    expect(await bytes()).toBeLessThan(5000)
  })

  it('accounts once for a resource that comes several times in a request', async () => {
    const { window, clock, read } = setUp({ maxAgeMs: 64 * SECOND_MS })
    const requests = Array.from({ length: 50 }, (_, pod) => {
      const one = (trace: number) =>
        encodeTraceProtobuf([
          span({ trace, resource: { attributes: new Map([['pod', `${pod} ${'x'.repeat(2000)}`]]) } }),
        ])
      return Buffer.concat([one(3 * pod + 1), one(3 * pod + 2), one(3 * pod + 3)])
    })
    for (const request of requests) window.add(request)
    await clock.advance(130 * SECOND_MS)
    expect(window.get(span().traceId)).toBeUndefined()
    expect((await read('tracebell_window_bytes'))['all']).toBeLessThan(5000)
  })

  it('counts the memory of many tiny traces', async () => {
    const { add, read } = setUp({ maxBytes: 1_000_000 })
    for (let batch = 0; batch < 50; batch += 1) {
      add(...Array.from({ length: 100 }, (_, index) => span({ trace: 100 * batch + index + 1 })))
    }
    const { all: spans = 0 } = await read('tracebell_window_spans')
    expect(spans).toBeGreaterThan(500)
    // A span's row and bytes, and its trace.
    expect(spans).toBeLessThan(1_000_000 / 250)
  })

  it('takes many spans of one trace in time that grows with their number', () => {
    const { window, add } = setUp({ maxBytes: 1_000_000_000 })
    expect(add(...Array.from({ length: 50_000 }, (_, id) => span({ id: id + 1 })))).toEqual(NONE)
    expect(window.get(span().traceId)?.spans).toHaveLength(50_000)
  })

  it('stays within its bound, and its books in order, whatever is added', async () => {
    const anySpan = fc.record({
      trace: fc.integer({ min: 1, max: 12 }),
      id: fc.integer({ min: 1, max: 60 }),
      startMs: fc.integer({ min: 0, max: 5000 }),
      attributes: fc.integer({ min: 0, max: 2000 }).map(padding),
      resource: fc.constantFrom(NO_RESOURCE, { attributes: padding(600) }, { attributes: padding(60) }),
    })
    const batches = fc.array(fc.tuple(fc.array(anySpan, { maxLength: 40 }), fc.nat(20_000)), {
      maxLength: 20,
    })
    await fc.assert(
      fc.asyncProperty(batches, async (steps) => {
        const { window, add, clock, read } = setUp({ maxBytes: 60_000 })
        for (const [spans, waitMs] of steps) {
          add(...spans.map(span))
          const traces = [...window.overlapping({ start: 0, end: clock.now() })]
          const spanCount = traces.reduce((sum, trace) => sum + trace.spans.length, 0)
          const { all: bytes = 0 } = await read('tracebell_window_bytes')
          expect(bytes).toBeLessThanOrEqual(60_000)
          expect(await read('tracebell_window_spans')).toEqual({ all: spanCount })
          expect(await read('tracebell_window_traces')).toEqual({ all: traces.length })
          for (const { traceId, spans: held } of traces) {
            expect(window.get(traceId)?.spans).toHaveLength(held.length)
            expect(
              new Set(held.map(({ spanId, startTimeUnixNano }) => `${spanId} ${startTimeUnixNano}`)).size,
            ).toBe(held.length)
          }
          await clock.advance(waitMs)
        }
        await clock.advance(130_000)
        expect([...window.overlapping({ start: 0, end: clock.now() })]).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  it('gives every span as it came', () => {
    fc.assert(
      fc.property(fc.array(anySpanOf(), { maxLength: 6 }), (spans) => {
        const { window, add } = setUp({ maxBytes: 10_000_000 })
        const unique = [...new Map(spans.map((each) => [each.spanId, each])).values()]
        expect(add(...unique)).toEqual(NONE)
        const held = window.get(span().traceId)?.spans ?? []
        expect(held.map(toPlainSpan)).toEqual(unique.map(toPlainSpan))
        for (const [index, { attributes }] of held.entries()) {
          for (const key of ['a', 'b', 'long'.repeat(40)]) {
            expect(attributes.get(key)).toEqual(unique[index]?.attributes.get(key))
            expect(attributes.has(key)).toBe(unique[index]?.attributes.has(key))
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})

/** Spans of one trace with all they may have. */
function anySpanOf(): fc.Arbitrary<Span> {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', 'x'.repeat(127), 'x'.repeat(20_000)),
  )
  const value: fc.Arbitrary<AttributeValue> = fc.oneof(
    text,
    fc.boolean(),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    fc.double({ noNaN: true }),
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.oneof(text, fc.boolean()), { maxLength: 3 }),
  )
  const key = fc.constantFrom('a', 'b', 'c', '', 'long'.repeat(40))
  const attributes = fc.array(fc.tuple(key, value), { maxLength: 5 }).map((pairs) => new Map(pairs))
  const nanos = fc.bigInt(0n, 2n ** 64n - 1n)
  const link = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceState: '', attributes: new Map() }
  return fc
    .record({
      id: fc.integer({ min: 1, max: 9_999_999 }),
      parentSpanId: fc.option(fc.constant('ffffffff00000001'), { nil: undefined }),
      traceState: text,
      flags: fc.nat(0xffff),
      name: text,
      kind: fc.constantFrom(...SPAN_KINDS),
      startTimeUnixNano: nanos,
      endTimeUnixNano: nanos,
      attributes,
      events: fc.array(fc.record({ name: text, timeUnixNano: nanos, attributes }), { maxLength: 2 }),
      links: fc.constantFrom([], [link]),
      status: fc
        .tuple(fc.constantFrom(...STATUS_CODES), text)
        .map(([code, message]) => toStatus(code, message)),
    })
    .map((fields) => span(fields))
}

describe('a window of time', () => {
  it.each([
    { what: 'before', start: 0, end: 999, found: false },
    { what: 'up to its start', start: 0, end: 1000, found: true },
    { what: 'from just before its end', start: 1999, end: 9000, found: true },
    { what: 'from its end', start: 2000, end: 9000, found: false },
  ])('excludes its start and includes its end: $what', ({ start, end, found }) => {
    const { window, add } = setUp()
    add(span({ startMs: 1000, endMs: 2000 }))
    expect([...window.within({ start, end }, window.mark())]).toHaveLength(found ? 1 : 0)
    expect(window.countWithin({ start, end })).toBe(found ? 1 : 0)
  })

  it('gives what has changed between two moments', () => {
    const { window, add } = setUp()
    const begin = window.mark()
    add(span({ trace: 1, id: 1 }), span({ trace: 2 }))
    const middle = window.mark()
    add(span({ trace: 1, id: 2 }))
    const later = window.mark()
    add(span({ trace: 3 }), span({ trace: 1, id: 3 }), span({ trace: 4, startMs: 9000 }))
    const changes = (since: number, until: number) =>
      Array.from(
        window.changedWithin({ start: 0, end: 5000 }, since, until),
        ({ now, before }) => `${Number(now.traceId)}: ${before?.spans.length ?? 0} → ${now.spans.length}`,
      ).sort()
    expect(changes(later, window.mark())).toEqual(['1: 2 → 3', '3: 0 → 1'])
    expect(changes(middle, window.mark())).toEqual(['1: 1 → 3', '3: 0 → 1'])
    expect(changes(middle, later)).toEqual(['1: 1 → 2'])
    expect(changes(begin, window.mark())).toEqual(['1: 0 → 3', '2: 0 → 1', '3: 0 → 1'])
    expect(changes(window.mark(), window.mark())).toEqual([])
  })

  it('gives traces as they were at a moment, though more of them has come', () => {
    const { window, add } = setUp()
    add(span({ trace: 1, id: 1 }), span({ trace: 2, startMs: 900 }))
    const traces = window.within({ start: 0, end: 5000 }, window.mark())[Symbol.iterator]()
    const next = () => traces.next().value?.spans.map(({ spanId }: Span) => Number(spanId))
    expect(next()).toEqual([1])
    add(span({ trace: 2, id: 2 }), span({ trace: 3, startMs: 800 }))
    expect([next(), next()]).toEqual([[1], undefined])
  })

  it('gives no trace that has come in the place of one that has gone meanwhile', async () => {
    const { window, add, clock } = setUp({ maxAgeMs: 64 * SECOND_MS })
    const addMany = (first: number): void =>
      void add(
        ...Array.from({ length: 2000 }, (_, index) => span({ trace: first + index, startMs: 1000 + index })),
      )
    addMany(1)
    const window5 = { start: 0, end: 5000 }
    const askedFor = [window.within(window5, window.mark()), window.changedWithin(window5, 0, window.mark())]
    const iterators = askedFor.map((traces) => traces[Symbol.iterator]())
    for (const iterator of iterators) expect(iterator.next().done).toBe(false)
    await clock.advance(66 * SECOND_MS)
    addMany(5000)
    expect(window.countWithin(window5)).toBe(2000)
    for (const iterator of iterators) expect(iterator.next()).toEqual({ done: true, value: undefined })
    const ids = Array.from(window.within(window5, window.mark()), ({ traceId }) => Number(traceId))
    expect(ids).toEqual(Array.from({ length: 2000 }, (_, index) => 6999 - index))
  })

  it('gives what has changed over many segments', () => {
    const { window, add } = setUp({ maxBytes: 60_000 })
    const marks: number[] = []
    for (let trace = 2; trace < 20; trace += 1) {
      marks.push(window.mark())
      add(span({ trace, startMs: 1000 + trace, attributes: padding(400) }), span({ trace: 1, id: trace }))
    }
    const changed = window.changedWithin({ start: 0, end: 5000 }, marks.at(-4) ?? 0, window.mark())
    expect(Array.from(changed, ({ now }) => Number(now.traceId)).sort((a, b) => a - b)).toEqual([
      1, 16, 17, 18, 19,
    ])
  })

  it('shows the spans of a trace before it is made ready', () => {
    const { window, add } = setUp()
    const start = 1_748_779_650_000
    add(
      span({ trace: 1, id: 1, startMs: start, endMs: start + 7000, name: 'a' }),
      span({
        trace: 1,
        id: 2,
        startMs: start + 10,
        endMs: start + 5,
        name: 'b',
        kind: 'client',
        status: toStatus('error', 'no'),
      }),
      span({ trace: 2, id: 1, startMs: start - 5000, endMs: start - 4000 }),
    )
    const mark = window.mark()
    add(span({ trace: 1, id: 3, startMs: start }), span({ trace: 3, startMs: start + 1 }))
    const shown = Array.from(window.glanceWithin({ start: start - 4500, end: start + 1 }, mark), (glance) => {
      const spans: string[] = []
      glance.eachSpan((each, startNano, durationNano, traits) => {
        const { traceId, name } = each
        spans.push(`${Number(traceId)} ${name} ${Math.round(startNano / 1e6) - start} ${durationNano}`)
        expect(traits).toBe(toTraits(each))
      })
      const isIn = glance.overlaps({ start: start - 4000, end: start })
      const ready = glance.trace()
      expect(glance.hasUsableIds()).toBe(hasUsableIds(ready))
      expect(glance.root()?.name).toBe(findRoot(ready)?.name)
      return { spans, isIn, ready: ready.spans.length, durationMs: Number(glance.durationNano()) / 1e6 }
    })
    expect(shown).toEqual([
      { spans: ['1 a 0 7000000000', '1 b 10 -5000000'], isIn: true, ready: 2, durationMs: 7000 },
      { spans: ['2 op -5000 1000000000'], isIn: false, ready: 1, durationMs: 1000 },
    ])
  })

  it('says since when nothing is missing', async () => {
    const { window, add, clock } = setUp({ maxAgeMs: 6400 })
    const begin = clock.now()
    expect(window.completeSince()).toBe(begin)
    add(span({ trace: 1 }))
    await clock.advance(200)
    add(span({ trace: 2 }))
    expect(window.completeSince()).toBe(begin)
    await clock.advance(6300)
    expect(window.get(span({ trace: 1 }).traceId)).toBeUndefined()
    expect(window.completeSince()).toBe(begin)
    add(span({ trace: 3 }))
    expect([window.completeSince(), window.countWithin({ start: 0, end: 5000 })]).toEqual([begin, 2])
    await clock.advance(200)
    expect(window.get(span({ trace: 2 }).traceId)).toBeUndefined()
    expect([window.completeSince(), window.countWithin({ start: 0, end: 5000 })]).toEqual([begin + 200, 1])
  })

  it('tells how old spans are when they come', () => {
    const clock = createTestClock()
    const ages: number[] = []
    const onAge = (ageMs: number): void => void ages.push(ageMs)
    const window = createTraceWindow({
      maxBytes: 1e6,
      maxAgeMs: 1000,
      clock,
      metrics: createMetrics(),
      onAge,
    })
    const now = clock.now()
    const spans = [
      span({ id: 1, endMs: now - 250 }),
      span({ id: 2, endMs: now + 40 }),
      span({ id: 1, endMs: now }),
    ]
    window.add(encodeTraceProtobuf(spans))
    expect(ages.map(Math.round)).toEqual([250, -40])
  })
})
