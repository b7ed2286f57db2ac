import { describe, expect, it } from 'vitest'
import { FIXTURES, loadEvalCases, tracesIn } from '../../test/conformance/traceql/cases.js'
import { loadTraces } from '../../test/conformance/traceql/load-traces.js'
import { check, compile, parse, TraceqlError, type SearchProgram } from './index.js'

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

describe('the test of single spans', () => {
  const programs = loadEvalCases(FIXTURES).flatMap(({ query }) => compileSearch(query) ?? [])

  it('is passed by a span of every trace that matches, and hides no failure', () => {
    expect(programs.length).toBeGreaterThan(500)
    expect(programs.filter((program) => !isUnchanged(program))).toEqual([])
    expect(programs.filter(({ mayMatch }) => mayMatch !== undefined).length).toBeGreaterThan(300)
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
    ['{ rootName = "a" }', false],
    ['({ name = "a" } | count() > 1) && { name = "b" }', false],
  ])('of %s: %s', (query, isThere) => {
    expect(compileSearch(query)?.mayMatch !== undefined).toBe(isThere)
  })
})
