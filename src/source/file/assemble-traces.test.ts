import { describe, expect, it } from 'vitest'
import type { Span } from '../../model/span.js'
import type { Trace } from '../../model/trace.js'
import { decodeJson } from '../../otlp/decode-json.js'
import { createTraceAssembly } from './assemble-traces.js'
import { lineOf, type LineSpan } from '../../../test/otlp-lines.js'

function spanOf(span: LineSpan): Span {
  const [only] = decodeJson(JSON.parse(lineOf(span))).spans
  if (only === undefined) throw new Error('no span')
  return only
}

function assemble(maxBytes: number) {
  const given: Trace[] = []
  const assembly = createTraceAssembly({ maxBytes, onTrace: (trace) => given.push(trace) })
  const add = (...spans: readonly LineSpan[]) => spans.forEach((span) => assembly.add(spanOf(span)))
  const ids = () => given.map(({ traceId, spans }) => [Number.parseInt(traceId, 16), spans.length])
  return { assembly, add, ids }
}

const ROOM_FOR_ALL = 10_000_000
/** A trace of one small span takes some 1,700 bytes. */
const ROOM_FOR_SOME = 80_000

describe('createTraceAssembly', () => {
  it('gives every trace once and whole, when all spans are there', () => {
    const { assembly, add, ids } = assemble(ROOM_FOR_ALL)
    add({ traceId: 1, spanId: 1 }, { traceId: 2, spanId: 1 }, { traceId: 1, spanId: 2 })
    expect(ids()).toEqual([])
    assembly.finish()
    expect(ids()).toEqual([
      [1, 2],
      [2, 1],
    ])
    assembly.finish()
    expect(ids()).toHaveLength(2)
  })

  it('gives the trace that was quiet for longest where memory runs out', () => {
    const { assembly, add, ids } = assemble(ROOM_FOR_SOME)
    add({ traceId: 1, spanId: 1 }, { traceId: 2, spanId: 1 }, { traceId: 1, spanId: 2 })
    for (let traceId = 3; ids().length === 0; traceId += 1) add({ traceId, spanId: 1 })
    expect(ids()).toEqual([[2, 1]])
    expect(assembly.lateSpans).toBe(0)
  })

  it('counts the spans of a trace that was given away', () => {
    const { assembly, add, ids } = assemble(ROOM_FOR_SOME)
    for (let traceId = 1; traceId < 100; traceId += 1) add({ traceId, spanId: 1 })
    add({ traceId: 1, spanId: 2 }, { traceId: 1, spanId: 3 })
    assembly.finish()
    expect(assembly.lateSpans).toBe(2)
    expect(ids().filter(([id]) => id === 1)).toEqual([[1, 1]])
    expect(assembly.mayRepeat).toBe(false)
  })

  it('gives a trace that grows too large before it pushes out all others', () => {
    const { assembly, add, ids } = assemble(80_000)
    add({ traceId: 1, spanId: 1 })
    for (let spanId = 1; spanId < 100; spanId += 1) add({ traceId: 2, spanId })
    expect(ids()).toHaveLength(1)
    expect(ids()[0]?.[0]).toBe(2)
    assembly.finish()
    const [huge, small] = ids()
    expect((huge?.[1] ?? 0) + assembly.lateSpans).toBe(99)
    expect(small).toEqual([1, 1])
  })

  it('says so when it can no longer know which traces were given', () => {
    const { assembly, add } = assemble(ROOM_FOR_SOME)
    for (let traceId = 1; traceId < 2000; traceId += 1) add({ traceId, spanId: 1 })
    expect(assembly.mayRepeat).toBe(true)
  })

  it('gives everything at once where there is no memory at all', () => {
    const { assembly, add, ids } = assemble(1)
    add({ traceId: 1, spanId: 1 }, { traceId: 2, spanId: 1 })
    assembly.finish()
    expect(ids()).toEqual([
      [1, 1],
      [2, 1],
    ])
  })
})
