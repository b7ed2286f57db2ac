import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeJson } from './decode-json.js'
import { OtlpDecodeError, OtlpTooLargeError } from './otlp-decode-error.js'
import { parseJson } from './parse-json.js'

const TRACE_ID = 'a1b2c3d4e5f60718a1b2c3d4e5f60711'
const SPAN_ID = 'c0dec0d100000001'
const IDS = { traceId: TRACE_ID, spanId: SPAN_ID }

const request = (...spans: readonly unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] })
const onlySpan = (fields: object) => decodeJson(request({ ...IDS, ...fields })).spans[0]
const parse = (text: string) => parseJson(Buffer.from(text))
const value = (any: object) => onlySpan({ attributes: [{ key: 'k', value: any }] })?.attributes.get('k')

describe('decodeJson', () => {
  it('reads every field', () => {
    const body = {
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }] },
          scopeSpans: [
            {
              scope: {
                name: 'shop',
                version: '1',
                attributes: [{ key: 'a', value: { boolValue: true } }],
                droppedAttributesCount: 4,
              },
              spans: [
                {
                  traceId: TRACE_ID.toUpperCase(),
                  spanId: SPAN_ID,
                  parentSpanId: 'C0DEC0D1000000FF',
                  traceState: 'a=1',
                  flags: 257,
                  name: 'GET /',
                  kind: 2,
                  startTimeUnixNano: '1795467583123456789',
                  endTimeUnixNano: '1795467584000000001',
                  attributes: [{ key: 'n', value: { intValue: '-3' } }],
                  events: [
                    {
                      name: 'exception',
                      timeUnixNano: '5',
                      attributes: [{ key: 'm', value: { stringValue: 'x' } }],
                    },
                  ],
                  links: [{ ...IDS, traceState: 'b=2', attributes: [] }, { traceId: TRACE_ID }],
                  status: { code: 'STATUS_CODE_ERROR', message: 'no' },
                  notKnown: { deep: [] },
                },
              ],
            },
          ],
        },
      ],
      somethingNew: 1,
    }
    expect(decodeJson(body)).toEqual({
      refused: new Map(),
      spans: [
        {
          traceId: TRACE_ID,
          spanId: SPAN_ID,
          parentSpanId: 'c0dec0d1000000ff',
          traceState: 'a=1',
          flags: 257,
          name: 'GET /',
          kind: 'server',
          startTimeUnixNano: 1_795_467_583_123_456_789n,
          endTimeUnixNano: 1_795_467_584_000_000_001n,
          attributes: new Map([['n', -3n]]),
          events: [{ name: 'exception', timeUnixNano: 5n, attributes: new Map([['m', 'x']]) }],
          links: [{ ...IDS, traceState: 'b=2', attributes: new Map() }],
          status: { code: 'error', message: 'no' },
          resource: { attributes: new Map([['service.name', 'checkout']]) },
          scope: { name: 'shop', version: '1', attributes: new Map([['a', true]]) },
        },
      ],
    })
  })

  it.each<[string, object, unknown]>([
    ['a text', { stringValue: '' }, ''],
    ['false', { boolValue: false }, false],
    ['an integer as a string', { intValue: '9223372036854775807' }, 9_223_372_036_854_775_807n],
    ['an integer as a number', { intValue: -7 }, -7n],
    ['a double', { doubleValue: 1 }, 1],
    ['a double as a string', { doubleValue: '-Infinity' }, Number.NEGATIVE_INFINITY],
    ['a double that is not a number', { doubleValue: 'NaN' }, Number.NaN],
    ['bytes', { bytesValue: 'AP8=' }, new Uint8Array([0, 255])],
    ['a list', { arrayValue: { values: [{ intValue: 1 }, {}, { stringValue: 'a' }] } }, [1n, 'a']],
    ['an empty list', { arrayValue: {} }, []],
    ['a map', { kvlistValue: { values: [{ key: 'x', value: { intValue: 1 } }] } }, new Map([['x', 1n]])],
    ['the value beside a null', { stringValue: null, intValue: 1 }, 1n],
    ['nothing for an empty value', {}, undefined],
    ['nothing for a value it does not know', { stringValueStrindex: 4 }, undefined],
  ])('reads %s as an attribute', (_what, any, expected) => {
    expect(value(any)).toEqual(expected)
  })

  it.each([
    ['a kind by name', { kind: 'SPAN_KIND_CONSUMER' }, { kind: 'consumer' }],
    ['a kind it does not know', { kind: 77 }, { kind: 'unspecified' }],
    ['a status by number', { status: { code: 1 } }, { status: { code: 'ok', message: '' } }],
    [
      'nulls',
      { name: null, attributes: null, status: null, parentSpanId: null },
      { name: '', parentSpanId: undefined },
    ],
    ['a zero parent', { parentSpanId: '0000000000000000' }, { parentSpanId: undefined }],
  ])('reads %s', (_what, fields, expected) => {
    expect(onlySpan(fields)).toMatchObject(expected)
  })

  it.each([
    ['no trace id', { spanId: SPAN_ID }, 'invalid_trace_id'],
    ['a zero trace id', { ...IDS, traceId: '0'.repeat(32) }, 'invalid_trace_id'],
    ['an empty span id', { ...IDS, spanId: '' }, 'invalid_span_id'],
  ])('refuses a span with %s, and keeps the others', (_what, wrong, reason) => {
    const { spans, refused } = decodeJson(request(IDS, wrong))
    expect(spans).toHaveLength(1)
    expect(refused).toEqual(new Map([[reason, 1]]))
  })

  const AT_SPAN = 'request.resourceSpans[0].scopeSpans[0].spans[0]'
  it.each<[unknown, string]>([
    ['text', 'request: found "text", expected an object'],
    [[], 'request: found a list, expected an object'],
    [{ resourceSpans: {} }, 'request.resourceSpans: found an object, expected a list'],
    [{ resourceSpans: [7] }, 'request.resourceSpans[0]: found 7, expected an object'],
    [request({ ...IDS, traceId: 'nothex' }), `${AT_SPAN}.traceId: found "nothex", expected 32 hex digits`],
    [
      request({ ...IDS, traceId: TRACE_ID.slice(16) }),
      `${AT_SPAN}.traceId: found "a1b2c3d4e5f60711", expected 32 hex`,
    ],
    [
      request({ ...IDS, spanId: 'x'.repeat(16) }),
      `${AT_SPAN}.spanId: found "xxxxxxxxxxxxxxxx", expected 16 hex digits`,
    ],
    [request({ ...IDS, parentSpanId: 5 }), `${AT_SPAN}.parentSpanId: found 5, expected a string`],
    [request({ ...IDS, links: [{ traceId: 'ab' }] }), `${AT_SPAN}.links[0].traceId: found "ab"`],
    [request({ ...IDS, name: ['x'] }), `${AT_SPAN}.name: found a list, expected a string`],
    [
      request({ ...IDS, kind: 'SERVER' }),
      `${AT_SPAN}.kind: found "SERVER", expected a number or a name such as SPAN_KIND_`,
    ],
    [
      request({ ...IDS, startTimeUnixNano: '-1' }),
      `${AT_SPAN}.startTimeUnixNano: found "-1", expected an unsigned 64-bit`,
    ],
    [
      request({ ...IDS, endTimeUnixNano: 0.5 }),
      `${AT_SPAN}.endTimeUnixNano: found 0.5, expected an unsigned 64-bit`,
    ],
    [
      request({ ...IDS, startTimeUnixNano: '18446744073709551616' }),
      `${AT_SPAN}.startTimeUnixNano: found "18446744073709551616"`,
    ],
    [
      request({ ...IDS, attributes: [{ key: 'k', value: { intValue: '9223372036854775808' } }] }),
      'expected a 64-bit integer',
    ],
    [
      request({ ...IDS, attributes: [{ key: 'k', value: { boolValue: 'true' } }] }),
      `${AT_SPAN}.attributes[0].value.boolValue: found "true"`,
    ],
    [
      request({ ...IDS, attributes: [{ key: 'k', value: { doubleValue: 'much' } }] }),
      'found "much", expected a number',
    ],
    [
      request({ ...IDS, attributes: [{ key: 'k', value: { bytesValue: '***' } }] }),
      'found "***", expected base64',
    ],
    [request({ ...IDS, name: { a: 1 } }), 'found an object, expected a string'],
    [request({ ...IDS, status: { code: 'x'.repeat(99) } }), `found "${'x'.repeat(39)}…, expected`],
  ])('refuses %j with the place', (body, message) => {
    expect(() => decodeJson(body)).toThrow(OtlpDecodeError)
    expect(() => decodeJson(body)).toThrow(message)
  })

  it('refuses a number that is far too long, with the place', () => {
    const body = JSON.stringify(request({ ...IDS, startTimeUnixNano: 0 }))
    const long = body.replace(':0', `:${'1'.repeat(400)}`)
    expect(() => decodeJson(parse(long))).toThrow(
      `${AT_SPAN}.startTimeUnixNano: found Infinity, expected an unsigned 64-bit integer`,
    )
  })

  it('refuses values nested too deep, and reads deep ones', () => {
    const deep = (levels: number) => {
      let any: object = { stringValue: 'x' }
      for (let level = 0; level < levels; level += 1) any = { arrayValue: { values: [any] } }
      return any
    }
    expect(value(deep(32))).toBeDefined()
    expect(() => value(deep(33))).toThrow('values nested deeper than 32 levels')
    expect(parse(JSON.stringify(deep(32)))).toEqual(deep(32))
  })

  it('keeps keys apart from what objects have by themselves', () => {
    const attributes = [{ key: '__proto__', value: { stringValue: 'x' } }]
    expect(onlySpan({ attributes })?.attributes).toEqual(new Map([['__proto__', 'x']]))
    expect(decodeJson(parse('{"__proto__":{"resourceSpans":[1]}}')).spans).toEqual([])
  })
})

describe('parseJson', () => {
  it.each([
    ['1795467583123456789', '"1795467583123456789"'],
    ['-9223372036854775808', '"-9223372036854775808"'],
    ['42', '42'],
  ])('keeps the integer %s exact', (written, expected) => {
    for (const key of ['startTimeUnixNano', 'endTimeUnixNano', 'timeUnixNano', 'intValue']) {
      expect(parse(`{ "${key}" : ${written} }`)).toEqual({ [key]: JSON.parse(expected) as unknown })
      expect(parse(`{"${key}":${written},"x":1}`)).toEqual({ [key]: JSON.parse(expected) as unknown, x: 1 })
    }
  })

  it('does not touch what looks like a field inside a text', () => {
    const body = { note: '"intValue":12345678901234567890, ', other: 12 }
    expect(parse(JSON.stringify(body))).toEqual(body)
  })

  it.each([
    ['{"resourceSpans":[{', 'invalid JSON: '],
    ['', 'invalid JSON: '],
    ['['.repeat(300), 'invalid JSON at byte 256: nested deeper than 256 levels'],
  ])('refuses %j', (text, message) => {
    expect(() => parse(text)).toThrow(OtlpDecodeError)
    expect(() => parse(text)).toThrow(message)
  })

  it.each([
    ['objects', '{"a":[{},{}]}', 5],
    ['items', '[1,2,3,4]', 4],
    ['members', '{"a":1,"b":2,"c":3}', 3],
    ['nothing in texts', JSON.stringify({ text: '{},[],\\"{},' }), 1],
  ])('counts %s, and takes as many as it may', (_what, json, values) => {
    expect(parseJson(Buffer.from(json), values)).toEqual(JSON.parse(json))
    const tooMany = (): unknown => parseJson(Buffer.from(json), values - 1)
    expect(tooMany).toThrow(OtlpTooLargeError)
    expect(tooMany).toThrow(`request too large: at most ${values - 1} JSON values are taken`)
  })

  it('reads a number of any length', () => {
    expect(parse(`{"intValue":${'1'.repeat(15_000_000)}}`)).toEqual({ intValue: Number.POSITIVE_INFINITY })
  })

  it('does not take brackets in texts for nesting', () => {
    const text = `${'['.repeat(300)}\\"`
    expect(parse(JSON.stringify({ text }))).toEqual({ text })
  })
})

describe('decodeJson, given anything', () => {
  function outcome(read: () => unknown): string {
    try {
      read()
      return 'value'
    } catch (error) {
      return error instanceof Error ? error.name : 'no error'
    }
  }

  it('ends, with spans or its own error, for any value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        expect(outcome(() => decodeJson(any))).toMatch(/^(?:value|OtlpDecodeError)$/)
        expect(outcome(() => decodeJson(request(any)))).toMatch(/^(?:value|OtlpDecodeError)$/)
        expect(outcome(() => onlySpan({ attributes: [{ key: 'k', value: any }] }))).toMatch(
          /^(?:value|OtlpDecodeError)$/,
        )
        expect(outcome(() => onlySpan({ status: any, events: [any], links: any }))).toMatch(
          /^(?:value|OtlpDecodeError)$/,
        )
      }),
      { numRuns: 1000 },
    )
  })

  it('ends, with a value or its own error, for damaged text', () => {
    const valid = JSON.stringify(
      request({ ...IDS, startTimeUnixNano: '5', attributes: [{ key: 'k', value: {} }] }),
    )
    fc.assert(
      fc.property(fc.nat(valid.length), fc.nat(8), fc.string({ maxLength: 5 }), (at, length, put) => {
        expect(outcome(() => decodeJson(parse(valid.slice(0, at) + put + valid.slice(at + length))))).toMatch(
          /^(?:value|OtlpDecodeError)$/,
        )
      }),
      { numRuns: 1000 },
    )
  })
})
