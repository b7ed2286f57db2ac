import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRequest as decode } from '../../test/decode-request.js'
import { toPlainSpan } from '../../test/plain-span.js'
import { serveEmbeddedApi, DATA_SET, pushRecordings } from '../../test/embedded-api.js'
import type { Attributes, AttributeValue } from '../model/attributes.js'
import { SPAN_KINDS, STATUS_CODES, type Span } from '../model/span.js'
import { encodeTraceProtobuf, encodeTraceResponseProtobuf } from './encode-protobuf.js'
import { groupByResource } from './group-spans.js'

const id = (digits: number) =>
  fc.bigInt(1n, 16n ** BigInt(digits) - 1n).map((n) => n.toString(16).padStart(digits, '0'))
const uint64 = fc.bigInt(0n, 2n ** 64n - 1n)
// Protobuf has no lone surrogates.
const text = fc.string({ unit: 'grapheme', maxLength: 200 })

const value = fc.letrec<{ value: AttributeValue; attributes: Attributes }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.boolean(),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    fc.double({ noNaN: true }),
    fc.uint8Array({ maxLength: 200 }),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('attributes'),
  ),
  attributes: fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
}))

const { attributes } = value

const spanFields = {
  traceId: id(32),
  spanId: id(16),
  parentSpanId: fc.option(id(16), { nil: undefined }),
  traceState: text,
  flags: fc.integer({ min: 0, max: 0xffff_ffff }),
  name: text,
  kind: fc.constantFrom(...SPAN_KINDS),
  startTimeUnixNano: uint64,
  endTimeUnixNano: uint64,
  attributes,
  events: fc.array(fc.record({ name: text, timeUnixNano: uint64, attributes }), { maxLength: 3 }),
  links: fc.array(fc.record({ traceId: id(32), spanId: id(16), traceState: text, attributes }), {
    maxLength: 3,
  }),
  status: fc.record({ code: fc.constantFrom(...STATUS_CODES), message: text }),
}

const scope = fc.record({ name: text, version: text, attributes })
const resource = fc.record({ attributes })

/** Spans of a few resources and scopes, each of them one object. */
const spans: fc.Arbitrary<readonly Span[]> = fc
  .tuple(fc.array(resource, { minLength: 1, maxLength: 3 }), fc.array(scope, { minLength: 1, maxLength: 3 }))
  .chain(([resources, scopes]) =>
    fc.uniqueArray(
      fc.record({
        ...spanFields,
        resource: fc.constantFrom(...resources),
        scope: fc.constantFrom(...scopes),
      }),
      // A window takes a span that comes again for the same.
      { maxLength: 5, selector: ({ traceId, spanId }) => `${traceId} ${spanId}` },
    ),
  )

const inGroups = (all: readonly Span[]) =>
  groupByResource(all).flatMap(({ scopes }) => scopes.flatMap(({ spans: inScope }) => inScope))

describe('a trace as protobuf', () => {
  it('decodes to the same spans, under the same resources and scopes', () => {
    fc.assert(
      fc.property(spans, (all) => {
        const decoded = decode(encodeTraceProtobuf(all))
        expect(decoded.spans).toEqual(inGroups(all))
        expect([...decoded.refused]).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it.each([0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])(
    'has the right lengths around a text of %i bytes',
    (length) => {
      const [span] = fc.sample(fc.record({ ...spanFields, resource, scope }), { numRuns: 1, seed: 7 })
      if (!span) throw new Error('no span')
      const long: Span = { ...span, name: 'x'.repeat(length), status: { code: 'error', message: 'end' } }
      expect(decode(encodeTraceProtobuf([long])).spans).toEqual([long])
    },
  )

  it('stands in the field of its own in an answer of the second version', () => {
    const [all = []] = fc.sample(spans, { numRuns: 1, seed: 3 })
    const bytes = Buffer.from(encodeTraceResponseProtobuf(all, 'some are missing'))
    const end = Buffer.from([0x12, 0, 0x18, 1, 0x22, 16, ...Buffer.from('some are missing')])
    expect(bytes.subarray(-end.length)).toEqual(end)
    expect(bytes[0]).toBe(0x0a)
    expect(bytes.indexOf(encodeTraceProtobuf(all))).toBeGreaterThan(0)
    expect(Buffer.from(encodeTraceResponseProtobuf([]))).toEqual(Buffer.from([0x0a, 0, 0x12, 0]))
  })
})

describe('a client that takes protobuf', () => {
  const ID = 'a1b2c3d4e5f60718a1b2c3d4e5f60712'

  it('gets the trace so, in both versions', async () => {
    const api = await serveEmbeddedApi()
    try {
      await pushRecordings(api, DATA_SET)
      const ask = async (path: string, accept: string) => {
        const answer = await fetch(`${api.tempo}${path}`, { headers: { accept } })
        const bytes = Buffer.from(await answer.arrayBuffer())
        return { status: answer.status, type: answer.headers.get('content-type'), bytes }
      }
      const held = api.window.get(ID)?.spans ?? []
      const first = await ask(`/api/traces/${ID}`, 'application/protobuf')
      expect(first).toMatchObject({ status: 200, type: 'application/protobuf' })
      expect(decode(first.bytes).spans).toEqual(inGroups(held).map(toPlainSpan))
      expect(held).toHaveLength(5)

      const second = await ask(`/api/v2/traces/${ID}`, 'application/json;q=0.5, application/protobuf')
      expect(second).toMatchObject({ status: 200, type: 'application/protobuf' })
      expect(second.bytes.indexOf(first.bytes)).toBeGreaterThan(0)
      expect((await ask('/api/v2/traces/1', 'application/protobuf')).bytes).toEqual(
        Buffer.from([0x0a, 0, 0x12, 0]),
      )
      expect(await ask('/api/traces/1', 'application/protobuf')).toMatchObject({ status: 404 })
      for (const accept of [
        '*/*',
        'application/json',
        'application/protobuf;q=0',
        'application/protobuffer',
      ]) {
        expect(await ask(`/api/traces/${ID}`, accept)).toMatchObject({ type: 'application/json' })
      }
      const filtered = await ask(`/api/v2/traces/${ID}?q=%7Bstatus%3Derror%7D`, 'application/protobuf')
      expect(filtered.bytes.includes('Trace filtered')).toBe(true)
      expect(filtered.bytes.length).toBeLessThan(second.bytes.length + 100)
    } finally {
      api.close()
    }
  })
})
