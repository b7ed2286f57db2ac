import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildSpan, buildTrace } from '../../test/conformance/traceql/build-trace.js'
import type { Span, SpanKind } from '../model/span.js'
import type { Trace } from '../model/trace.js'
import { relateSpans } from './structural.js'
import { createStructure } from './structure.js'
import { STRUCTURAL_OPERATORS } from './tree.js'

function id(number: number): string {
  return number.toString(16).padStart(16, '0')
}

/** Each span names an earlier one as its parent, or none, or one that is not there. */
const anyTrace = fc
  .array(fc.option(fc.nat({ max: 12 }), { freq: 4 }), { minLength: 1, maxLength: 12 })
  .map((parents) =>
    buildTrace(
      ...parents.map((parent, index) =>
        buildSpan({
          spanId: id(index + 1),
          parentSpanId: parent === null ? undefined : id(parent >= index ? 0xdead : parent + 1),
        }),
      ),
    ),
  )

const anySplit = fc.record({ trace: anyTrace, left: fc.array(fc.boolean()), right: fc.array(fc.boolean()) })

/** The plain definition: up the parents one by one, as long as a root is reached. */
function ancestorsOf(trace: Trace, span: Span): readonly Span[] | undefined {
  const path: Span[] = []
  let at: Span | undefined = span
  while (at.parentSpanId !== undefined) {
    const parentId: string = at.parentSpanId
    at = trace.spans.find(({ spanId }) => spanId === parentId)
    if (at === undefined) return undefined
    path.push(at)
  }
  return path
}

function isRelated(relation: string, trace: Trace, left: Span, right: Span): boolean {
  const leftPath = ancestorsOf(trace, left)
  const rightPath = ancestorsOf(trace, right)
  if (leftPath === undefined || rightPath === undefined) return false
  switch (relation) {
    case '>':
      return rightPath[0] === left
    case '>>':
      return rightPath.includes(left)
    case '<':
      return leftPath[0] === right
    case '<<':
      return leftPath.includes(right)
    default:
      return left !== right && leftPath[0] === rightPath[0]
  }
}

describe('relateSpans', () => {
  it.each(STRUCTURAL_OPERATORS)('%s agrees with its definition on any tree', (operator) => {
    const relation = operator.replace(/^[!&]/, '')
    fc.assert(
      fc.property(anySplit, ({ trace, left, right }) => {
        const leftSpans = trace.spans.filter((_, index) => left[index] === true)
        const rightSpans = trace.spans.filter((_, index) => right[index] === true)
        const related = rightSpans.filter((span) =>
          leftSpans.some((other) => isRelated(relation, trace, other, span)),
        )
        const relatedLeft = leftSpans.filter((span) =>
          rightSpans.some((other) => isRelated(relation, trace, span, other)),
        )
        const expected = operator.startsWith('!')
          ? rightSpans.filter((span) => !related.includes(span))
          : operator.startsWith('&')
            ? [...new Set([...relatedLeft, ...related])]
            : related

        const actual = relateSpans(operator, createStructure(trace), leftSpans, rightSpans)
        expect(new Set(actual)).toEqual(new Set(expected))
        expect(actual).toHaveLength(expected.length)
      }),
    )
  })
})

describe('createStructure', () => {
  it('numbers spans so that those of a child lie between those of its parent', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const structure = createStructure(trace)
        for (const span of trace.spans) {
          const node = structure.nodeOf(span)
          expect(node === undefined).toBe(ancestorsOf(trace, span) === undefined)
          if (node?.parent === undefined) continue
          expect(node.left).toBeGreaterThan(node.parent.left)
          expect(node.right).toBeLessThan(node.parent.right)
        }
      }),
    )
  })

  it('takes a chain as long as a trace may be', () => {
    const spans = Array.from({ length: 50_000 }, (_, index) =>
      buildSpan({ spanId: id(index + 1), parentSpanId: index === 0 ? undefined : id(index) }),
    )
    const structure = createStructure(buildTrace(...spans))

    expect(spans.map((span) => structure.nodeOf(span)?.left).at(-1)).toBe(50_000)
    expect(relateSpans('>>', structure, spans.slice(0, 1), spans)).toHaveLength(49_999)
    expect(relateSpans('<<', structure, spans.slice(-1), spans)).toHaveLength(49_999)
  })

  it('is not led in circles by spans that are each other’s parents', () => {
    const root = buildSpan({ spanId: id(1) })
    const one = buildSpan({ spanId: id(2), parentSpanId: id(3) })
    const other = buildSpan({ spanId: id(3), parentSpanId: id(2) })
    const self = buildSpan({ spanId: id(4), parentSpanId: id(4) })
    const structure = createStructure(buildTrace(root, one, other, self))

    expect([root, one, other, self].map((span) => structure.nodeOf(span)?.left)).toEqual([
      1,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('hangs children under the server half of two spans with one id, and gives up on three', () => {
    const root = buildSpan({ spanId: id(1), kind: 'server' })
    const client = buildSpan({ spanId: id(2), parentSpanId: id(1), kind: 'client' })
    const server = buildSpan({ spanId: id(2), parentSpanId: id(1), kind: 'server' })
    const child = buildSpan({ spanId: id(3), parentSpanId: id(2), kind: 'client' })
    const two = createStructure(buildTrace(root, client, server, child))
    const three = createStructure(buildTrace(root, client, server, child, { ...client }))

    expect(two.nodeOf(child)?.parent?.span).toBe(server)
    expect(three.nodeOf(child)).toBeUndefined()
  })

  it.each<readonly [SpanKind, SpanKind, SpanKind, number | undefined]>([
    ['client', 'server', 'internal', 1],
    ['client', 'server', 'server', 0],
    ['internal', 'server', 'client', 1],
    ['internal', 'client', 'server', 1],
    ['server', 'server', 'internal', 0],
    ['client', 'client', 'internal', undefined],
    ['internal', 'server', 'server', undefined],
    ['producer', 'consumer', 'internal', undefined],
  ])('of two spans with one id, %s and %s, a child of kind %s hangs under number %s', (one, two, of, at) => {
    const root = buildSpan({ spanId: id(1) })
    const both = [one, two].map((kind) => buildSpan({ spanId: id(2), parentSpanId: id(1), kind }))
    const child = buildSpan({ spanId: id(3), parentSpanId: id(2), kind: of })
    const structure = createStructure(buildTrace(root, ...both, child))

    expect(structure.nodeOf(child)?.parent?.span).toBe(at === undefined ? undefined : both[at])
    expect(both.map((span) => structure.childCount(span))).toEqual(
      both.map((_, index) => Number(index === at)),
    )
  })

  it('counts children under orphans and without a root, where no span has a place', () => {
    const orphan = buildSpan({ spanId: id(1), parentSpanId: id(9) })
    const children = [2, 3].map((number) => buildSpan({ spanId: id(number), parentSpanId: id(1) }))
    const grandchild = buildSpan({ spanId: id(4), parentSpanId: id(2) })
    const spans = [orphan, ...children, grandchild]
    const rootless = createStructure(buildTrace(...spans))
    const rooted = createStructure(buildTrace(...spans, buildSpan({ spanId: id(5) })))

    expect(spans.map((span) => rootless.childCount(span))).toEqual([2, 1, 0, 0])
    expect(spans.map((span) => rooted.childCount(span))).toEqual([2, 1, 0, 0])
    expect(rootless.nodeOf(orphan)).toBeUndefined()
  })
})
