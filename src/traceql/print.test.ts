import { describe, expect, it } from 'vitest'
import { loadEvalCases, loadMetricsCases, loadParseCases } from '../../test/conformance/traceql/cases.js'
import { parse } from './parse.js'
import { print } from './print.js'

/** The tree without places. */
function shapeOf(text: string): string {
  const { root, hints } = parse(text)
  return JSON.stringify({ root, hints }, (key, value: unknown) => {
    if (key === 'at') return undefined
    return typeof value === 'bigint' ? `${value}n` : value
  })
}

function parses(text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}

const queries = [...loadParseCases(), ...loadEvalCases(), ...loadMetricsCases()]
  .map(({ query }) => query)
  .filter(parses)

describe('print', () => {
  it('prints every query that parses so that it parses to the same tree', () => {
    expect(queries.length).toBeGreaterThan(1000)
    const changed = queries.filter((query) => shapeOf(print(parse(query))) !== shapeOf(query))
    expect(changed).toEqual([])
  })

  it.each([
    '{ ."5xx" = 1 }',
    '{ span."" = 1 }',
    String.raw`{ span."quote\"d \\ b" = "\x00\u2028` + '`" }',
    '{ parent."span.a" = 1 }',
    '{ parent.span.a = 1 }',
    '{ span.a = minInt && span.b = -1.5e300 && span.c = 1e21 && span.d = 1.0 }',
    '{ name =~ `a\\d` } with (a="x", b=1.5, c=2h, d=ok, e=server, f=true)',
    '{ } | compare({ status = error }, 5, 1, 2)',
    '({ } | count()) + 1 > 2',
  ])('prints %s', (query) => {
    expect(shapeOf(print(parse(query)))).toBe(shapeOf(query))
  })
})
