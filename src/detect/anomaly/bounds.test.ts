import { describe, expect, it } from 'vitest'
import { buildSpan } from '../../../test/conformance/traceql/build-trace.js'
import { SIGNALS } from '../../model/finding.js'
import type { Span } from '../../model/span.js'
import { AnomalyEngine } from './anomaly-engine.js'

const MANY = 100_000
const TICK = 179_550_720
const AN_HOUR = 360

function createEngine(mostOperations = 1000) {
  let dropped = 0
  const engine = new AnomalyEngine({
    strictness: { score: 5, excessMs: 20, minTraffic: 20 },
    signals: SIGNALS,
    warmUpMs: 0,
    mostOperations,
    onDropped: () => {
      dropped += 1
    },
  })
  return { engine, dropped: () => dropped }
}

/** A name of letters, as digits would be taken for what changes. */
const nameOf = (number: number): string =>
  `name ${Array.from(String(number), (digit) => String.fromCodePoint(103 + Number(digit))).join('')}`

const idOf = (number: number): string => (number + 1).toString(16).padStart(16, '0')

/** A span that ends in a tick. */
function spanIn(tick: number, parts: Partial<Span> = {}): Span {
  const endTimeUnixNano = BigInt(tick) * 10_000_000_000n + 5_000_000_000n
  return buildSpan({ startTimeUnixNano: endTimeUnixNano - 1_000_000n, endTimeUnixNano, ...parts })
}

describe('what is held', () => {
  it('is bounded where each span has a name of its own, and those that are not followed are counted', () => {
    const { engine, dropped } = createEngine()
    for (let each = 0; each < MANY; each += 1) {
      engine.note(TICK, { traceId: '1', spans: [spanIn(TICK, { name: nameOf(each) })] })
    }
    engine.close(TICK)
    expect(engine.size).toBe(1000)
    expect(dropped()).toBe(MANY - 1000)
  })

  it('makes room for others once it was not seen for an hour', () => {
    const { engine, dropped } = createEngine(100)
    for (let each = 0; each < 100; each += 1) {
      engine.note(TICK, { traceId: '1', spans: [spanIn(TICK, { name: nameOf(each) })] })
    }
    engine.close(TICK)
    const later = TICK + AN_HOUR + 6
    engine.note(later, { traceId: '2', spans: [spanIn(later, { name: 'later' })] })
    expect(dropped()).toBe(0)
    expect(engine.size).toBe(1)
  })

  it('makes room within minutes for what comes again and again, where all it holds was seen once', () => {
    const { engine, dropped } = createEngine(100)
    for (let each = 0; each < 200; each += 1) {
      engine.note(TICK, { traceId: '1', spans: [spanIn(TICK, { name: nameOf(each) })] })
    }
    engine.close(TICK)
    expect(dropped()).toBe(100)
    const later = TICK + 40
    engine.note(later, { traceId: '2', spans: [spanIn(later, { name: 'later' })] })
    expect(dropped()).toBe(100)
  })

  it('is bounded where one operation calls, waits for and throws what is new each time', () => {
    const { engine } = createEngine()
    const rootId = idOf(0)
    for (let each = 0; each < 20_000; each += 1) {
      const other = { attributes: new Map([['service.name', nameOf(each)]]) }
      const event = {
        name: 'exception',
        timeUnixNano: 0n,
        attributes: new Map([['exception.type', nameOf(each)]]),
      }
      engine.note(TICK, {
        traceId: '1',
        spans: [
          spanIn(TICK, { spanId: rootId, kind: 'server' }),
          spanIn(TICK, { spanId: idOf(1), parentSpanId: rootId, name: 'call', kind: 'client' }),
          spanIn(TICK + 1, {
            spanId: idOf(2),
            parentSpanId: idOf(1),
            name: nameOf(each),
            kind: 'server',
            resource: other,
          }),
          spanIn(TICK + 1, { spanId: idOf(3), parentSpanId: rootId, name: nameOf(each) }),
          spanIn(TICK, {
            spanId: idOf(4),
            name: 'fail',
            status: { code: 'error', message: '' },
            events: [event],
          }),
        ],
      })
    }
    engine.close(TICK)
    expect(engine.size).toBeLessThanOrEqual(1000)
    expect(engine.save(Number.MAX_SAFE_INTEGER).length).toBeLessThan(1_000_000)
  })
})

describe('a trace of a hundred thousand spans', () => {
  const failed = { code: 'error', message: '' } as const
  const cases: Record<string, (index: number) => Partial<Span>> = {
    'of which each is the parent of the next': (index) => ({
      parentSpanId: index === 0 ? undefined : idOf(index - 1),
    }),
    'of which each is the parent of the one before': (index) => ({ parentSpanId: idOf(index + 1) }),
    'that all have one parent': (index) => ({ parentSpanId: index === 0 ? undefined : idOf(0) }),
    'that all have one parent, and fail': (index) => ({
      parentSpanId: idOf(0),
      status: failed,
      name: nameOf(index % 90),
    }),
    'that all have one id': () => ({ spanId: idOf(0), parentSpanId: idOf(0) }),
    'that all have one id, client and server in turn': (index) => ({
      spanId: idOf(0),
      kind: index % 2 === 0 ? 'client' : 'server',
    }),
    "of which pairs are each other's parents": (index) => ({ parentSpanId: idOf(index ^ 1) }),
    'in a circle': (index) => ({ parentSpanId: idOf((index + 1) % MANY) }),
  }

  it.each(Object.entries(cases))('%s is noted like any other', (_name, partsOf) => {
    const { engine } = createEngine()
    const spans = Array.from({ length: MANY }, (_, index) =>
      spanIn(TICK, { spanId: idOf(index), ...partsOf(index) }),
    )
    engine.note(TICK, { traceId: '1', spans })
    expect(engine.close(TICK)).toBeUndefined()
    expect(engine.size).toBeGreaterThan(0)
    expect(engine.size).toBeLessThanOrEqual(90)
  })
})
