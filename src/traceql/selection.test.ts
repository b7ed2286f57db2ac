import { describe, expect, it } from 'vitest'
import type { Span } from '../model/span.js'
import type { ScreenAmong, SpanScreen } from '../model/span-screen.js'
import { toTraits } from '../model/trace-glance.js'
import { FIXTURES, loadEvalCases, tracesIn } from '../../test/conformance/traceql/cases.js'
import { loadTraces } from '../../test/conformance/traceql/load-traces.js'
import { check, compile, parse, toSpanTest, TraceContext, TraceqlError, type SearchProgram } from './index.js'

const TRACES = loadTraces(tracesIn(FIXTURES))

function compileSearch(query: string): SearchProgram | undefined {
  try {
    const program = compile(check(parse(query)))
    return program.kind === 'search' ? program : undefined
  } catch (error) {
    if (error instanceof TraceqlError) return undefined
    throw error
  }
}

/** Whether the program answers each trace as it does when those that cannot match are passed over. */
function isUnchanged(program: SearchProgram): boolean {
  const { mayMatch } = program
  return TRACES.every((trace) => {
    if (mayMatch === undefined || trace.spans.some(mayMatch)) return true
    return program.evaluate(trace).length === 0
  })
}

/** Those of the spans that pass, where what is alike is asked in common. */
function passingTogether(mayMatch: SpanScreen, spans: readonly Span[]): readonly Span[] {
  const verdicts = new Map<string, ReturnType<ScreenAmong>>()
  const resources = [...new Set(spans.map(({ resource }) => resource))]
  return spans.filter((span) => {
    const { resource, name, attributes } = span
    const key = JSON.stringify([resources.indexOf(resource), name, toTraits(span), ...attributes.keys()])
    const verdict = verdicts.get(key) ?? mayMatch.among?.(span, attributes) ?? mayMatch(span)
    verdicts.set(key, verdict)
    if (typeof verdict === 'boolean') return verdict
    return verdict(span, Number(span.endTimeUnixNano - span.startTimeUnixNano))
  })
}

/** Whether the parts of a selection tell of each trace what evaluating it tells. */
function isToldByParts({ selection }: SearchProgram): boolean {
  return TRACES.every((trace) => {
    const context = new TraceContext(trace)
    if (selection.ofTrace?.(context) === false) return selection.evaluate(context).length === 0
    if (!selection.isSpanwise) return true
    if (selection.needsTree && !context.hasTree()) return selection.evaluate(context).length === 0
    const test = toSpanTest(selection.hints)
    const passing = test === undefined ? trace.spans : trace.spans.filter(test)
    const spansets = selection.evaluate(context)
    return passing.length === 0
      ? spansets.length === 0
      : spansets.length === 1 && isEqual(spansets[0]?.spans ?? [], passing)
  })
}

function isEqual(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((each, index) => each === right[index])
}

describe('the parts of a selection', () => {
  const programs = loadEvalCases(FIXTURES).flatMap(({ query }) => compileSearch(query) ?? [])

  it('tell what evaluating it tells', () => {
    expect(programs.filter((program) => !isToldByParts(program))).toEqual([])
    expect(programs.filter(({ selection }) => selection.isSpanwise).length).toBeGreaterThan(200)
    expect(programs.filter(({ selection }) => selection.ofTrace !== undefined).length).toBeGreaterThan(10)
  })

  it.each([
    ['{ resource.service.name = "a" && name = "b" && span.c = 1 }', 'resource shape span', true],
    ['{ resource.a = "x" || name = "b" }', 'shape', true],
    ['{ resource.a = 1 && span.a / span.b > 2 && name = "b" }', 'resource', false],
    ['{ span.a > 2 && duration > 1s }', 'duration span', true],
    ['{ duration / 2 > 2ms && span.a = 1 }', 'span', true],
    ['{ duration > 1s && span.a / 2 > 2 }', 'duration', false],
    ['{ span.a / 2 > 2 && duration > 1s }', '', false],
    ['{ duration >= 1s && duration < 2s }', 'duration', true],
    ['{ duration > span.limit }', 'span', true],
    ['{ rootName = "a" && traceDuration > 1s && status = error }', 'shape trace', false],
    ['{ rootName = "a" && span.b = 1 }', 'span trace', false],
    ['{ rootServiceName = "a" && status = error }', 'shape trace', false],
    ['{ traceDuration > span.limit && kind = server }', 'shape', false],
    ['{ nestedSetParent < 0 && kind = server }', 'shape', true],
    ['{ nestedSetParent < 0 && duration > 1s }', 'shape duration', true],
    ['{ nestedSetParent < 0 || kind = server }', '', false],
    ['{ nestedSetParent > 0 && kind = server }', 'shape', false],
    ['{ rootServiceName = "a" && rootName = "b" }', 'resource shape trace', false],
    ['{ "a" = rootServiceName }', 'resource trace', false],
    ['{ }', '', true],
    ['{ } | select(span.a)', '', true],
    ['{ status = error } >> { }', 'shape', false],
    ['{ name = "a" } >> { resource.service.name = "b" && status = error }', 'resource shape', false],
    ['{ resource.service.name = "b" && status = error } >> { name = "a" }', 'resource shape', false],
    ['{ name = "a" } !> { }', '', false],
  ])('of %s: %s', (query, parts, isSpanwise) => {
    const { hints, ofTrace, isSpanwise: found } = compileSearch(query)?.selection ?? {}
    const [hint] = hints ?? []
    const there = [
      hint?.ofResource && 'resource',
      hint?.ofShape && 'shape',
      hint?.ofDuration && 'duration',
      hint?.ofSpan && 'span',
      ofTrace && 'trace',
    ]
    expect([there.filter(Boolean).join(' '), found]).toEqual([parts, isSpanwise])
  })
})

describe('a condition on the root', () => {
  const span = (
    spanId: string,
    parentSpanId: string | undefined,
    service: string,
    code: 'error' | 'unset',
  ): Span => ({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId,
    parentSpanId,
    traceState: '',
    flags: 0,
    name: `${service} ${spanId}`,
    kind: 'server',
    startTimeUnixNano: 1n,
    endTimeUnixNano: 2n,
    attributes: new Map(),
    events: [],
    links: [],
    status: { code, message: '' },
    resource: { attributes: new Map([['service.name', service]]) },
    scope: { name: '', version: '', attributes: new Map() },
  })
  const trace = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spans: [span('1', undefined, 'web', 'unset'), span('2', '1', 'pay', 'error')],
  }

  it.each([
    '{ trace:rootName = "web 1" && status = error }',
    '{ status = error && rootName = "web 1" }',
    '{ trace:rootService = "web" && status = error }',
    '{ rootServiceName = "web" && resource.service.name = "pay" }',
    '{ rootName = "web 1" && name = "pay 2" && rootServiceName = "web" }',
    '{ rootName = "web 1" && duration >= 0s }',
    '{ rootName = "web 1" && status = error } | count() > 0',
    '{ rootName = "web 1" && rootServiceName = "web" }',
    '{ rootName = "web 1" } >> { rootServiceName = "web" && status = error }',
  ])('is not taken for one on the span: %s', (query) => {
    const program = compileSearch(query)
    const mayMatch = program?.mayMatch
    expect(program?.evaluate(trace)).toHaveLength(1)
    expect(mayMatch === undefined || trace.spans.some(mayMatch)).toBe(true)
  })
})

describe('the test of single spans', () => {
  const programs = loadEvalCases(FIXTURES).flatMap(({ query }) => compileSearch(query) ?? [])

  it('is passed by a span of every trace that matches, and hides no failure', () => {
    expect(programs.length).toBeGreaterThan(500)
    expect(programs.filter((program) => !isUnchanged(program))).toEqual([])
    expect(programs.filter(({ mayMatch }) => mayMatch !== undefined).length).toBeGreaterThan(300)
  })

  it('comes to the same where it is made once for spans that are alike', () => {
    const spans = TRACES.flatMap((trace) => trace.spans)
    const screens = programs.flatMap(({ mayMatch }) => mayMatch ?? [])
    const differing = screens.filter((mayMatch) => {
      const each = spans.filter((span) => mayMatch(span))
      return !isEqual(each, passingTogether(mayMatch, spans))
    })
    expect(differing).toEqual([])
    expect(screens.filter(({ among }) => among !== undefined)).toHaveLength(screens.length)
  })

  it.each([
    ['{ status = error }', true],
    ['{ name = "a" } && { trace:duration > 1s }', true],
    ['{ trace:duration > 1s } >> { name = "a" }', true],
    ['{ name = "a" } !>> { trace:duration > 1s }', false],
    ['{ name = "a" } || { trace:duration > 1s }', false],
    ['{ name = "a" } || { kind = server }', true],
    ['{ } | count() > 1', false],
    ['{ status = error } | count() > 1', true],
    ['{ span.a / span.b > 1 }', false],
    ['{ span.a = span.b }', false],
    ['{ rootName = "a" }', true],
    ['{ rootName = "" }', false],
    ['{ rootName != "a" }', false],
    ['({ name = "a" } | count() > 1) && { name = "b" }', false],
  ])('of %s: %s', (query, isThere) => {
    expect(compileSearch(query)?.mayMatch !== undefined).toBe(isThere)
  })
})
