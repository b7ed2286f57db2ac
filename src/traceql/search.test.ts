import { describe, expect, it } from 'vitest'
import { buildSpan, buildTrace, START_NANO } from '../../test/conformance/traceql/build-trace.js'
import type { Attributes, AttributeValue } from '../model/attributes.js'
import type { Span } from '../model/span.js'
import { check, compile, parse, TraceqlError } from './index.js'

function search(query: string, ...spans: readonly Span[]) {
  const program = compile(check(parse(query)))
  if (program.kind !== 'search') throw new Error(`${query} is no search`)
  return program.evaluate(buildTrace(...spans))
}

/** Whether a filter holds for one span with these attributes. */
function holds(
  query: string,
  attributes: Record<string, AttributeValue>,
  parts: Partial<Span> = {},
): boolean {
  return search(query, buildSpan({ attributes: toMap(attributes), ...parts })).length > 0
}

function toMap(attributes: Record<string, AttributeValue>): Attributes {
  return new Map(Object.entries(attributes))
}

function event(name: string, attributes: Record<string, AttributeValue> = {}) {
  return { name, timeUnixNano: START_NANO, attributes: toMap(attributes) }
}

describe('a filter', () => {
  it.each<readonly [string, Record<string, AttributeValue>, boolean]>([
    ['{ span.x }', { x: true }, true],
    ['{ span.x }', { x: 'true' }, false],
    ['{ span.x != "a" }', {}, false],
    ['{ span.x !~ "a" }', {}, false],
    ['{ !(span.x = "a") }', {}, true],
    ['{ span.x = nil }', {}, true],
    ['{ span.x != nil }', { x: false }, true],
    ['{ span.x = nil }', { x: [] }, false],
    ['{ span.x != nil }', { x: [] }, false],
    ['{ span.x != nil }', { x: new Uint8Array([1]) }, false],
    ['{ span.x != nil }', { x: [1n, 'a'] }, false],
    ['{ span.x = "a" }', { x: ['a'] }, true],
    ['{ span.x = "a" }', { x: ['b', 'a'] }, true],
    ['{ span.x != "a" }', { x: ['b', 'a'] }, false],
    ['{ span.x !~ "a" }', { x: ['b', 'c'] }, true],
    ['{ 5 < span.x }', { x: 5.5 }, true],
    ['{ span.x || true }', {}, false],
    ['{ span.x || true }', { x: false }, true],
    ['{ span.x || true || true }', {}, true],
    ['{ span.x = "error" }', { x: 'error' }, true],
    ['{ span.x = error }', { x: 'error' }, false],
    ['{ span.x != error }', { x: 'ok' }, false],
    ['{ status = span.x }', { x: 'unset' }, false],
    ['{ span.x + 1 = 3 }', { x: 2n }, true],
    ['{ span.x + 1 = 3 }', { x: '2' }, false],
    ['{ span.x + 1 != nil }', {}, false],
    ['{ span.x + 1 = 2 }', { x: [1n] }, true],
    ['{ span.x + 1 = 2 }', { x: ['1', '2'] }, false],
    ['{ span.x + span.y = 2 }', { x: [1n, 2n] }, false],
    ['{ span.x / 2 = 3 }', { x: 7n }, true],
    ['{ span.x ^ 3 = 9 }', { x: 2n }, true],
    ['{ span.x * 2 < 0 }', { x: 9_223_372_036_854_775_807n }, true],
    ['{ span.constructor != nil || span.__proto__ != nil }', {}, false],
    ['{ .service.name = "test" }', {}, true],
    ['{ .service.name = "own" }', { 'service.name': 'own' }, true],
    ['{ trace:id = "abcd" && trace:id = "0000000000000000000000000000abcd" }', {}, true],
  ])('%s on %o: %s', (query, attributes, expected) => {
    expect(holds(query, attributes)).toBe(expected)
  })

  it.each([
    ['{ event:name = "b" && event.level = "error" }', false],
    ['{ event:name = "a" && event.level = "error" }', true],
    ['{ event:name = "b" || event.level = "error" }', true],
    ['{ event.level != "info" }', true],
    ['{ event.level = nil }', true],
    ['{ event.level = "info" && link.kind = "child" }', true],
    ['{ event:name = "c" || name = "work" }', true],
  ])('on one event at a time: %s: %s', (query, expected) => {
    const events = [event('a', { level: 'error' }), event('b', { level: 'info' }), event('none')]
    const link = {
      traceId: 'f'.repeat(32),
      spanId: 'f'.repeat(16),
      traceState: '',
      attributes: toMap({ kind: 'child' }),
    }

    expect(holds(query, {}, { events, links: [link] })).toBe(expected)
  })

  it('of events does not hold where there are none, unless it is negated', () => {
    const queries = [
      '{ event.x = nil }',
      '{ event.x != nil }',
      '{ event:name != "a" }',
      '{ !(event:name = "a") }',
    ]
    expect(queries.map((query) => holds(query, {}))).toEqual([false, false, false, true])
  })

  it.each([
    ['{ -span.x = 1 }', 3, '-span.x needs a number, but a span has a string there'],
    ['{ !span.x }', 3, '!span.x needs a boolean, but a span has a string there'],
    ['{ span.n % 0 = 1 }', 10, 'an integer is divided by zero'],
    ['{ span.l = span.l }', 10, 'an array cannot be compared with an array'],
    ['{ span.l + 1 = 2 }', 10, 'span.l + 1 meets a span that has an array there'],
    ['{ 0.5 * span.l = 2 }', 7, '0.5 * span.l meets a span that has an array there'],
    ['{ span.l - span.l = 0 }', 10, 'span.l - span.l meets a span that has an array there'],
  ])('%s fails on what it meets, and says where', (query, column, problem) => {
    const evaluate = () => holds(query, { x: 'text', n: 1n, l: [1n, 2n] })

    expect(evaluate).toThrow(TraceqlError)
    expect(evaluate).toThrow(`line 1, col ${column}: ${problem}`)
  })
})

describe('a pipeline', () => {
  const spans = [
    buildSpan({ spanId: '01', name: 'a', attributes: toMap({ n: 1n, f: 0.5 }) }),
    buildSpan({ spanId: '02', name: 'a', attributes: toMap({ n: 3n }) }),
    buildSpan({ spanId: '03', name: 'b', attributes: toMap({ n: -10n, s: 'x' }) }),
  ]

  it.each([
    ['{ } | count() > 2', ['01,02,03 count()=3']],
    ['{ } | count() > 3', []],
    ['{ name = "a" } | avg(span.n) = 2', ['01,02 avg(span.n)=2']],
    ['{ name = "b" } | avg(span.n) = -10', ['03 avg(span.n)=-10']],
    ['{ } | min(span.n) < 0', ['01,02,03 min(span.n)=-10']],
    ['{ } | sum(duration) = 3ms', ['01,02,03 sum(duration)=3ms']],
    ['{ } | max(span.f + 1) > 0', []],
    ['{ } | by(name)', ['01,02 by(name)=a', '03 by(name)=b']],
    ['{ } | by(name) | count() > 1', ['01,02 by(name)=a count()=2']],
    ['{ } | by(span.s)', ['01,02 by(span.s)=nil', '03 by(span.s)=x']],
    [
      '{ } | by(span.n * 2 + 1 > 0)',
      ['01,02 by(((span.n * 2) + 1) > 0)=true', '03 by(((span.n * 2) + 1) > 0)=false'],
    ],
    ['{ } | by(name) | coalesce()', ['01,02,03 ']],
    ['{ } | by(name) | { span.n > 1 }', ['02 by(name)=a']],
    ['{ name = "a" } && { name = "b" }', ['01,02,03 ']],
    ['{ name = "a" } && { name = "c" }', []],
    ['{ name = "a" } || { name = "c" }', ['01,02 ']],
    ['({ } | count() > 2) && ({ name = "a" })', ['01,02,03 ']],
    ['{ } | select(name) | { name = "b" }', ['03 ']],
  ])('%s', (query, expected) => {
    const shown = search(query, ...spans).map((spanset) => {
      const ids = spanset.spans.map((span) => span.spanId).join()
      return `${ids} ${[...spanset.attributes].map(([name, value]) => `${name}=${typeof value === 'object' ? 'array' : value}`).join(' ')}`
    })
    expect(shown).toEqual(expected)
  })

  it('does not relate several groups', () => {
    expect(() => search('({ } | by(name)) >> ({ })', ...spans)).toThrow('put coalesce() after by()')
  })
})
