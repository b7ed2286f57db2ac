import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildSpan } from '../../../../test/conformance/traceql/build-trace.js'
import type { Span, SpanKind } from '../../../model/span.js'
import { buildTraceTree } from './trace-tree.js'

type Short = readonly [name: string, id: string, parent?: string | undefined, kind?: SpanKind | undefined]

const span = ([name, id, parent, kind = 'internal']: Short): Span =>
  buildSpan({ name, spanId: id, parentSpanId: parent, kind })

/** `parent: children` of each span that has any. */
function treeOf(...shorts: readonly Short[]): readonly string[] {
  const tree = buildTraceTree({ traceId: '1', spans: shorts.map(span) })
  return tree.spans.flatMap((each) => {
    const children = tree.childrenOf(each).map(({ name }) => name)
    return children.length === 0 ? [] : [`${each.name}: ${children.join(' ')}`]
  })
}

describe('the tree of a trace', () => {
  it.each<[string, readonly Short[], readonly string[]]>([
    ['a root alone', [['a', '1']], []],
    [
      'children in the order of the trace',
      [
        ['a', '1'],
        ['b', '2', '1'],
        ['c', '3', '1'],
      ],
      ['a: b c'],
    ],
    [
      'a parent that comes after its child',
      [
        ['b', '2', '1'],
        ['a', '1'],
      ],
      ['a: b'],
    ],
    [
      'a span whose parent has not come',
      [
        ['a', '1'],
        ['b', '2', '9'],
      ],
      [],
    ],
    [
      'a span that is its own parent',
      [
        ['a', '1', '1'],
        ['b', '2', '1'],
      ],
      ['a: b'],
    ],
    [
      "two spans that are each other's parent",
      [
        ['a', '1', '2'],
        ['b', '2', '1'],
      ],
      ['a: b', 'b: a'],
    ],
    [
      'the halves of Zipkin, which share an id',
      [
        ['root', '1'],
        ['out', '2', '1', 'client'],
        ['in', '2', '1', 'server'],
        ['db', '3', '2', 'client'],
      ],
      ['root: out', 'out: in', 'in: db'],
    ],
    [
      'the halves of Zipkin the other way round',
      [
        ['db', '3', '2', 'client'],
        ['in', '2', '1', 'server'],
        ['out', '2', '1', 'client'],
        ['root', '1'],
      ],
      ['in: db', 'out: in', 'root: out'],
    ],
    [
      'halves without a parent',
      [
        ['in', '1', undefined, 'server'],
        ['out', '1', undefined, 'client'],
      ],
      ['out: in'],
    ],
  ])('%s', (_name, spans, tree) => {
    expect(treeOf(...spans)).toEqual(tree)
  })

  it('has each span once at most among all children, whatever the ids', () => {
    const id = fc.constantFrom('1', '2', '3', '4')
    const kind = fc.constantFrom<SpanKind>('client', 'server', 'internal')
    const short = fc.tuple(fc.string(), id, fc.option(id, { nil: undefined }), kind)
    fc.assert(
      fc.property(fc.array(short, { maxLength: 12 }), (shorts) => {
        const spans = shorts.map(span)
        const tree = buildTraceTree({ traceId: '1', spans })
        const children = spans.flatMap((each) => tree.childrenOf(each))
        expect(new Set(children).size).toBe(children.length)
        for (const each of spans) expect(tree.childrenOf(each)).not.toContain(each)
      }),
      { seed: 2, numRuns: 500 },
    )
  })
})
