import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildSpan } from '../../test/conformance/traceql/build-trace.js'
import { decodeProtobuf } from './decode-protobuf.js'
import { encodeTraceProtobuf } from './encode-protobuf.js'
import { OtlpDecodeError } from './otlp-decode-error.js'

const spans = [
  buildSpan({ name: 'GET /cart', attributes: new Map<string, string | bigint>([['a', 1n]]) }),
  buildSpan({ name: 'SELECT', spanId: '00000000000000b2', parentSpanId: '00000000000000a1', kind: 'client' }),
]

describe('decodeProtobuf', () => {
  it('reads what was encoded', () => {
    const decoded = decodeProtobuf(encodeTraceProtobuf(spans))
    expect(decoded.spans).toEqual(spans)
    expect(decoded.refused.size).toBe(0)
  })

  it('reads nothing from nothing', () => {
    expect(decodeProtobuf(new Uint8Array()).spans).toEqual([])
  })

  it('throws nothing but OtlpDecodeError, whatever the bytes', () => {
    const good = encodeTraceProtobuf(spans)
    const damaged = fc
      .tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: good.length }))
      .map(([at, byte, length]) => {
        const copy = Buffer.from(good)
        copy[at] = byte
        return new Uint8Array(copy.subarray(0, length))
      })
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        try {
          expect(decodeProtobuf(bytes).spans).toBeInstanceOf(Array)
        } catch (error) {
          expect(error).toBeInstanceOf(OtlpDecodeError)
        }
      }),
    )
  })
})
