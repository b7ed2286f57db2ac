import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRequest as decode } from '../../../test/decode-request.js'
import { OtlpDecodeError, OtlpTooLargeError } from '../../otlp/otlp-decode-error.js'

const TRACE_ID = 'a1b2c3d4e5f60718a1b2c3d4e5f60711'
const SPAN_ID = 'c0dec0d100000001'
const PARENT_ID = 'c0dec0d1000000ff'

// Protobuf by hand: each makes one field.

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}

const tag = (field: number, wire: number) => varint(BigInt(field * 8 + wire))
const int = (field: number, value: bigint) => Buffer.concat([tag(field, 0), varint(value)])
const message = (field: number, ...parts: readonly Uint8Array[]) => {
  const content = Buffer.concat(parts)
  return Buffer.concat([tag(field, 2), varint(BigInt(content.length)), content])
}
const text = (field: number, value: string) => message(field, Buffer.from(value))
const id = (field: number, hex: string) => message(field, Buffer.from(hex, 'hex'))
const fixed64 = (field: number, value: bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return Buffer.concat([tag(field, 1), bytes])
}
const double = (field: number, value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return Buffer.concat([tag(field, 1), bytes])
}
const attribute = (key: string, ...value: readonly Uint8Array[]) =>
  message(9, text(1, key), message(2, ...value))

const IDS = [id(1, TRACE_ID), id(2, SPAN_ID)]
const span = (...parts: readonly Uint8Array[]) => message(2, ...parts)
const request = (...spans: readonly Uint8Array[]) => message(1, message(2, ...spans))
const onlySpan = (...parts: readonly Uint8Array[]) => decode(request(span(...IDS, ...parts))).spans[0]

describe('a request', () => {
  it('reads what the OpenTelemetry SDK exports', () => {
    const exporter = new InMemorySpanExporter()
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'checkout', 'process.pid': 7 }),
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    })
    const tracer = provider.getTracer('shop', '1.2.3')
    const linked = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: TraceFlags.SAMPLED }
    const root = tracer.startSpan('POST /checkout', {
      kind: SpanKind.SERVER,
      startTime: [1_795_467_583, 123_456_789],
      attributes: { int: 3, double: 42.5, yes: true, text: 'grün', list: ['a', 'b'] },
      links: [{ context: linked, attributes: { 'link.type': 'follows_from' } }],
    })
    root.addEvent('exception', { 'exception.type': 'CardDeclined' }, [1_795_467_583, 200_000_001])
    root.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' })
    root.end([1_795_467_584, 987_654_321])
    const [exported] = exporter.getFinishedSpans()
    const bytes = ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans())

    expect(decode(bytes ?? new Uint8Array())).toEqual({
      refused: new Map(),
      spans: [
        {
          traceId: exported?.spanContext().traceId,
          spanId: exported?.spanContext().spanId,
          parentSpanId: undefined,
          traceState: '',
          flags: expect.any(Number),
          name: 'POST /checkout',
          kind: 'server',
          startTimeUnixNano: 1_795_467_583_123_456_789n,
          endTimeUnixNano: 1_795_467_584_987_654_321n,
          attributes: new Map<string, unknown>([
            ['int', 3n],
            ['double', 42.5],
            ['yes', true],
            ['text', 'grün'],
            ['list', ['a', 'b']],
          ]),
          events: [
            {
              name: 'exception',
              timeUnixNano: 1_795_467_583_200_000_001n,
              attributes: new Map([['exception.type', 'CardDeclined']]),
            },
          ],
          links: [
            {
              traceId: TRACE_ID,
              spanId: SPAN_ID,
              traceState: '',
              attributes: new Map([['link.type', 'follows_from']]),
            },
          ],
          status: { code: 'error', message: 'declined' },
          resource: {
            attributes: new Map<string, unknown>([
              ['service.name', 'checkout'],
              ['process.pid', 7n],
            ]),
          },
          scope: { name: 'shop', version: '1.2.3', attributes: new Map() },
        },
      ],
    })
  })

  it('reads every field of a span', () => {
    const link = message(13, ...IDS, text(3, 'a=1'), message(4, text(1, 'k'), message(2, int(2, 1n))))
    const bytes = [
      text(3, 'vendor=x'),
      id(4, PARENT_ID),
      text(5, 'SELECT'),
      int(6, 3n),
      fixed64(7, 18_446_744_073_709_551_615n),
      fixed64(8, 1n),
      message(15, text(2, 'late'), int(3, 2n)),
      link,
      Buffer.concat([tag(16, 5), Buffer.from([1, 3, 0, 0x80])]),
    ]
    expect(onlySpan(...bytes)).toMatchObject({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      parentSpanId: PARENT_ID,
      traceState: 'vendor=x',
      name: 'SELECT',
      kind: 'client',
      startTimeUnixNano: 18_446_744_073_709_551_615n,
      endTimeUnixNano: 1n,
      status: { code: 'error', message: 'late' },
      links: [{ traceId: TRACE_ID, spanId: SPAN_ID, traceState: 'a=1', attributes: new Map([['k', true]]) }],
      flags: 0x80000301,
    })
  })

  it.each<[string, Uint8Array[], unknown]>([
    ['a text', [text(1, 'x')], 'x'],
    ['an empty text', [text(1, '')], ''],
    ['false', [int(2, 0n)], false],
    ['the largest integer', [int(3, 9_223_372_036_854_775_807n)], 9_223_372_036_854_775_807n],
    ['the smallest integer', [int(3, -9_223_372_036_854_775_808n)], -9_223_372_036_854_775_808n],
    ['an integer beyond a double', [int(3, 9_007_199_254_740_993n)], 9_007_199_254_740_993n],
    ['a double', [double(4, -0.5)], -0.5],
    ['a double that is not a number', [double(4, Number.NaN)], Number.NaN],
    ['an empty list', [message(5)], []],
    ['a mixed list', [message(5, message(1, int(3, 1n)), message(1, text(1, 'a')))], [1n, 'a']],
    ['a list with an empty element', [message(5, message(1), message(1, text(1, 'a')))], ['a']],
    ['a map', [message(6, message(1, text(1, 'k'), message(2, int(3, 1n))))], new Map([['k', 1n]])],
    ['an empty map', [message(6)], new Map()],
    ['bytes', [message(7, Buffer.from([0, 255]))], new Uint8Array([0, 255])],
    ['the last of two values', [text(1, 'x'), int(3, 2n)], 2n],
    ['a value after an unknown field', [int(8, 5n), text(1, 'x')], 'x'],
  ])('reads %s as an attribute', (_what, value, expected) => {
    expect(onlySpan(attribute('k', ...value))?.attributes).toEqual(new Map([['k', expected]]))
  })

  it.each([
    ['no value', attribute('k')],
    ['a value it does not know', attribute('k', int(8, 5n))],
    ['neither key nor value', message(9)],
    ['a key index', message(9, int(3, 7n))],
  ])('leaves out an attribute with %s', (_what, bytes) => {
    expect(onlySpan(bytes)?.attributes).toEqual(new Map())
  })

  it('reads attributes that stand before everything else', () => {
    const { spans } = decode(request(span(attribute('k', int(3, 1n)), ...IDS)))
    expect(spans[0]?.attributes).toEqual(new Map([['k', 1n]]))
  })

  it.each([10, 12, 14])('refuses a count of more than 64 bits in field %d', (field) => {
    const count = Buffer.concat([tag(field, 0), Buffer.alloc(11, 0x80), Buffer.of(1)])
    expect(() => decode(request(span(...IDS, count, message(11, text(2, 'e')))))).toThrow(OtlpDecodeError)
  })

  it('refuses a span with more pairs of events and links than can be looked at', () => {
    const events = Array.from({ length: 1001 }, () => message(11, text(2, 'an event of some length')))
    const links = Array.from({ length: 1001 }, () => message(13, ...IDS))
    const { refused } = decode(request(span(...IDS, ...events, ...links)))
    expect(refused).toEqual(new Map([['too_many_items', 1]]))
  })

  it('keeps the last value of a key that comes twice', () => {
    const bytes = [attribute('k', int(3, 1n)), attribute('k', int(3, 2n))]
    expect(onlySpan(...bytes)?.attributes).toEqual(new Map([['k', 2n]]))
  })

  it('finds resource and scope behind their spans', () => {
    const resource = message(1, message(1, text(1, 'service.name'), message(2, text(1, 'late'))))
    const bytes = message(1, message(2, span(...IDS), message(1, text(1, 'lib'))), resource)
    expect(decode(bytes).spans).toMatchObject([
      { resource: { attributes: new Map([['service.name', 'late']]) }, scope: { name: 'lib' } },
    ])
  })

  it.each([
    ['a varint', int(1000, 300n)],
    ['eight bytes', fixed64(99, 1n)],
    ['four bytes', Buffer.concat([tag(99, 5), Buffer.alloc(4)])],
    ['bytes', text(1000, 'instrumentation library spans of old')],
    ['a group', Buffer.concat([tag(9, 3), int(1, 1n), tag(3, 3), tag(3, 4), tag(9, 4)])],
    ['a known field of another wire type', int(1, 5n)],
  ])('skips %s that it does not know', (_what, field) => {
    const bytes = Buffer.concat([field, message(1, field, message(2, field, span(field, ...IDS, field)))])
    expect(decode(bytes).spans).toHaveLength(1)
  })

  it.each([
    ['unknown kind', int(6, 17n), { kind: 'unspecified' }],
    ['unknown status', message(15, int(3, 9n)), { status: { code: 'unset', message: '' } }],
    ['zero parent', id(4, '00'.repeat(8)), { parentSpanId: undefined }],
    ['empty parent', message(4), { parentSpanId: undefined }],
    ['a link to nothing', message(13, id(1, TRACE_ID)), { links: [] }],
    ['a name that is not UTF-8', message(5, Buffer.from([0x61, 0xff])), { name: 'a\uFFFD' }],
  ])('makes the best of %s', (_what, bytes, expected) => {
    expect(onlySpan(bytes)).toMatchObject(expected)
  })

  it.each([
    ['no trace id', [id(2, SPAN_ID)], 'invalid_trace_id'],
    ['a short trace id', [id(1, 'ab'), id(2, SPAN_ID)], 'invalid_trace_id'],
    ['a zero trace id', [id(1, '00'.repeat(16)), id(2, SPAN_ID)], 'invalid_trace_id'],
    ['no span id', [id(1, TRACE_ID)], 'invalid_span_id'],
    ['a long span id', [id(1, TRACE_ID), id(2, TRACE_ID)], 'invalid_span_id'],
    ['a zero span id', [id(1, TRACE_ID), id(2, '00'.repeat(8))], 'invalid_span_id'],
    ['a short parent id', [...IDS, id(4, 'ab')], 'invalid_parent_span_id'],
  ])('refuses a span with %s, and keeps the others', (_what, parts, reason) => {
    const { spans, refused } = decode(request(span(...IDS), span(...parts), span(...parts)))
    expect(spans).toHaveLength(1)
    expect(refused).toEqual(new Map([[reason, 2]]))
  })

  it.each([
    ['a varint that does not end', Buffer.from([0x0a, 0x80]), 'at byte 2: found the end of the message'],
    ['a varint of eleven bytes', Buffer.alloc(11, 0x80), 'at byte 10: found a varint of more than 10 bytes'],
    [
      'a length past the end',
      Buffer.from([0x0a, 0x05, 0x00]),
      'at byte 2: found a length of 5 bytes, expected at most the 1',
    ],
    [
      'a length of 64 bits',
      Buffer.concat([tag(1, 2), varint(-1n)]),
      'found a length of 18446744073709552000 bytes',
    ],
    ['field number 0', Buffer.from([0x02, 0x00]), 'at byte 1: found field number 0'],
    ['an unknown wire type', Buffer.from([0x0f]), 'found wire type 7 of field 1'],
    ['the end of a group that did not begin', Buffer.from([0x0c]), 'found wire type 4 of field 1'],
    ['a group that another ends', Buffer.concat([tag(5, 3), tag(6, 4)]), 'found end of group 6'],
    ['a group without an end', tag(5, 3), 'found the end of the message'],
    ['groups too deep', Buffer.concat(Array.from({ length: 40 }, () => tag(5, 3))), 'found groups too deep'],
    ['a cut fixed64', request(span(...IDS, tag(7, 1), Buffer.alloc(3))), 'expected 8 more bytes'],
    [
      'a field that passes its message',
      message(1, Buffer.from([0x12, 0x03, 0x00])),
      'found a length of 3 bytes',
    ],
  ])('refuses %s', (_what, bytes, place) => {
    expect(() => decode(bytes)).toThrow(OtlpDecodeError)
    expect(() => decode(bytes)).toThrow(place)
  })

  it.each(['list', 'map'])('refuses values nested too deep, and reads deep ones: %s', (kind) => {
    const nest = (value: Uint8Array) =>
      kind === 'list'
        ? message(5, message(1, value))
        : message(6, message(1, text(1, 'k'), message(2, value)))
    const deep = (levels: number) => {
      let value: Uint8Array = text(1, 'x')
      for (let level = 0; level < levels; level += 1) value = nest(value)
      return attribute('k', value)
    }
    expect(onlySpan(deep(32))?.attributes.size).toBe(1)
    expect(() => onlySpan(deep(33))).toThrow('values too deep')
    expect(() => onlySpan(deep(3000))).toThrow('values too deep')
  })

  it.each([
    ['resources', Buffer.alloc(400_002, Buffer.from([0x0a, 0])), 'at most 100000 resources and scopes'],
    [
      'scopes',
      message(1, Buffer.alloc(400_002, Buffer.from([0x12, 0]))),
      'at most 100000 resources and scopes',
    ],
    ['spans', request(Buffer.alloc(2_200_000, Buffer.from([0x12, 0]))), 'at most 1048575 spans'],
  ])('refuses more %s than any exporter sends', (_what, bytes, expected) => {
    expect(() => decode(bytes)).toThrow(OtlpTooLargeError)
    expect(() => decode(bytes)).toThrow(expected)
  })

  it.each([
    ['attributes', Buffer.alloc(140_000, Buffer.from([0x4a, 0]))],
    ['events', Buffer.alloc(140_000, Buffer.from([0x5a, 0]))],
    ['links', Buffer.alloc(140_000, Buffer.from([0x6a, 0]))],
    ['values in a list', attribute('k', message(5, Buffer.alloc(140_000, Buffer.from([0x0a, 0]))))],
  ])('refuses a span with more %s than can be shown', (_what, bytes) => {
    const { spans, refused } = decode(request(span(...IDS, bytes), span(id(1, TRACE_ID), id(2, PARENT_ID))))
    expect(spans).toHaveLength(1)
    expect(refused).toEqual(new Map([['too_many_items', 1]]))
  })
})

describe('a request of anything', () => {
  const valid = request(
    span(
      ...IDS,
      text(5, 'GET'),
      attribute('k', message(5, message(1, int(3, 5n)))),
      message(11, text(2, 'e')),
    ),
    span(...IDS, id(4, PARENT_ID), fixed64(7, 5n), message(15, int(3, 2n)), message(13, ...IDS)),
  )

  /** What became of it: spans whose ids are right, or the name of the error. */
  function outcome(bytes: Uint8Array): string {
    try {
      const { spans } = decode(bytes)
      return spans.every(
        ({ traceId, spanId }) => /^[0-9a-f]{32}$/.test(traceId) && /^[0-9a-f]{16}$/.test(spanId),
      )
        ? 'spans'
        : 'wrong ids'
    } catch (error) {
      return error instanceof Error ? error.name : 'no error'
    }
  }

  it('ends, with spans or its own error, for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(outcome(bytes)).toMatch(/^(?:spans|OtlpDecodeError)$/)
      }),
      { numRuns: 1000 },
    )
  })

  it('ends, with spans or its own error, for damaged requests', () => {
    const damage = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(damage, fc.nat(valid.length), (changes, length) => {
        const bytes = Buffer.from(valid)
        for (const [index, byte] of changes) bytes[index] = byte
        expect(outcome(bytes)).toMatch(/^(?:spans|OtlpDecodeError)$/)
        expect(outcome(bytes.subarray(0, length))).toMatch(/^(?:spans|OtlpDecodeError)$/)
      }),
      { numRuns: 1000 },
    )
  })
})
