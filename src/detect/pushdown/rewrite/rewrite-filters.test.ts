import { describe, expect, it } from 'vitest'
import { check, parse, printFieldExpression, type FieldExpression } from '../../../traceql/index.js'
import { rewriteFilters, widenFilter } from './rewrite-filters.js'

function conditionOf(filter: string): FieldExpression {
  const { root } = check(parse(filter))
  const [stage] = root.kind === 'Pipeline' ? root.stages : []
  if (stage?.kind !== 'SpansetFilter') throw new Error(`${filter} is no filter`)
  return stage.expression
}

/** The exact condition, else a wider one. */
function rewrite(condition: string, alsoWhole: readonly string[] = []): string {
  const filter = conditionOf(`{ ${condition} }`)
  const [exact] = rewriteFilters([filter], new Set(alsoWhole)) ?? []
  return exact === undefined
    ? `${printFieldExpression(widenFilter(filter))} (or more)`
    : printFieldExpression(exact)
}

const NUMBER = '(span.x >= -9223372036854775807) || (span.x >= -1.7976931348623157e+308)'

describe('a filter for a Tempo', () => {
  it.each([
    ['status = error', 'status = error'],
    ['name =~ "GET.*"', 'name =~ `GET.*`'],
    ['span.a = "x" && kind = server', '(span.a = `x`) && (kind = server)'],
    ['true', 'true'],
    ['duration > 1s', 'duration > 1s'],
  ])('leaves %s alone', (condition, expected) => {
    expect(rewrite(condition)).toBe(expected)
  })

  it.each([
    ['1s < duration', 'duration > 1s'],
    ['500 <= span.x', '(span.x >= 500) || (span.x >= 500.0)'],
    ['"a" = span.a', 'span.a = `a`'],
    ['"a" > name', 'name < `a`'],
    ['-duration < -1s', 'duration > 1s'],
    ['-span.x > 5', '(span.x < -5) || (span.x < -5.0)'],
  ])('puts the literal of %s on the right', (condition, expected) => {
    expect(rewrite(condition)).toBe(expected)
  })

  it.each([
    ['span.x > 4', '(span.x > 4) || (span.x > 4.0)'],
    ['span.x > 4.5', '(span.x >= 5) || (span.x > 4.5)'],
    ['span.x <= 4.5', '(span.x <= 4) || (span.x <= 4.5)'],
    ['span.x = 4.5', 'span.x = 4.5'],
    ['span.x != 4.5', '((span.x <= 4) || (span.x >= 5)) || (span.x != 4.5)'],
    ['span.x = 5.0', '(span.x = 5) || (span.x = 5.0)'],
    ['span.x >= 2ms', '(span.x >= 2000000) || (span.x >= 2000000.0)'],
    [
      'span.x < 1e300',
      '((span.x >= -9223372036854775807) && (span.x <= 9223372036854775807)) || (span.x < 1e+300)',
    ],
    ['duration > 1000000', 'duration > 1ms'],
    ['duration > 1500000.5', 'duration >= 1.500001ms'],
    ['duration = 1.5', 'false'],
    ['duration < 1e300', 'true'],
    ['span.x = ok', 'false'],
  ])('asks for %s as integers and floats are stored', (condition, expected) => {
    expect(rewrite(condition)).toBe(expected)
  })

  it.each([
    ['!(status = error)', 'status != error'],
    ['!(duration > 1s)', 'duration <= 1s'],
    ['!(name =~ "a")', 'name !~ `a`'],
    ['!(status = error || kind = server)', '(status != error) && (kind != server)'],
    ['!(status = error && kind = server)', '(status != error) || (kind != server)'],
    ['!!(status = error)', 'status = error'],
    [
      '!(span.a = "x")',
      `(((span.a != \`x\`) || (span.a = nil)) || ((span.a >= -9223372036854775807) || (span.a >= -1.7976931348623157e+308))) || ((span.a = true) || (span.a = false))`,
    ],
    [
      '!(span.x > 4)',
      '((((span.x <= 4) || (span.x <= 4.0)) || (span.x = nil)) || (span.x =~ `.*`)) || ((span.x = true) || (span.x = false))',
    ],
    [
      '!(resource.service.name = "x")',
      '((resource.service.name != `x`) || ((resource.service.name >= -9223372036854775807) || (resource.service.name >= -1.7976931348623157e+308))) || ((resource.service.name = true) || (resource.service.name = false))',
    ],
    ['!(span.x = nil)', `((span.x =~ \`.*\`) || (${NUMBER})) || ((span.x = true) || (span.x = false))`],
    ['!span.flag', 'span.flag = false'],
    ['!!span.flag', 'span.flag = true'],
    ['(status = error) = false', 'status != error'],
    ['!(span.x = error)', 'true'],
  ])('says %s without a negation', (condition, expected) => {
    expect(rewrite(condition)).toBe(expected)
  })

  it.each([
    ['span.flag', 'span.flag = true'],
    [
      'span.flag || status = error',
      '((span.flag = true) || (status = error)) && ((span.flag = true) || (span.flag = false))',
    ],
    ['.x = nil', '(span.x = nil) && (resource.x = nil)'],
    ['.service.name = nil', 'false'],
    ['name != nil', 'true'],
    ['span.x * -2 < -8', `(${NUMBER}) && ((span.x * -2) < -8)`],
    ['-(span.x + 1) < -8', `(${NUMBER}) && ((span.x + 1) > 8)`],
    ['span.a = nil && span.a != "x"', 'span.a != `x` (or more)'],
    ['!(span.a = "x") && span.a =~ "n.*"', 'span.a =~ `n.*` (or more)'],
    ['!(span.a = "x") && span.a = "y"', 'span.a = `y` (or more)'],
    ['span.a = nil || span.a = "y"', '(span.a = nil) || (span.a = `y`)'],
    ['span.x = nil || span.x > 4 || span.x < 2', 'true (or more)'],
    ['span.a = nil && span.a = "x"', '(span.a = nil) && (span.a = `x`)'],
    ['span:id = "00ab12cd34ef5678"', 'span:id =~ `00ab12cd34ef567[8]`'],
    ['span:id = "ab0012cd34ef5678"', 'span:id = `ab0012cd34ef5678`'],
    ['trace:id =~ "abc"', 'trace:id = `abc`'],
    ['span:id !~ "abc"', 'span:id != `abc`'],
  ])('asks for %s so that what is missing is known', (condition, expected) => {
    expect(rewrite(condition)).toBe(expected)
  })

  it.each([
    [
      'name = span.y && status = error',
      `(((span.y =~ \`.*\`) || (${NUMBER.replaceAll('span.x', 'span.y')})) || ((span.y = true) || (span.y = false))) && (status = error) (or more)`,
    ],
    ['!(span.x = span.y)', 'true (or more)'],
    ['span.x / 2 > 4 && status = error', 'status = error (or more)'],
    ['event:name = "end"', 'event:name = `end`'],
    [
      'event:name = "end" && event.level = "error" && status = error',
      '(event:name = `end`) && (status = error) (or more)',
    ],
    ['event.n > 4 && status = error', '(event:name != nil) && (status = error) (or more)'],
    ['event.n > 4 || event:name = "x"', 'event:name != nil (or more)'],
    ['event.n > 4 || link.n > 4', 'true (or more)'],
    ['event.n > 4 || status = error', 'true (or more)'],
    ['event.n = nil', 'event:name != nil (or more)'],
    ['!(event:name = "x")', 'true (or more)'],
    ['"x" = link.why', 'link.why = `x` (or more)'],
  ])('leaves of %s what Tempo cannot tell', (condition, expected) => {
    expect(rewrite(condition)).toBe(expected)
  })

  it.each([
    ['.a = "x"', '.a = `x`'],
    ['.a = "x" && span.b = "y"', '(.a = `x`) && (span.b = `y`)'],
    ['.a = "x" && span.a = "y"', '((span.a = `x`) || (resource.a = `x`)) && (span.a = `y`) (or more)'],
    ['span.x = nil && span.x + 1 = 2', `${NUMBER} (or more)`],
    ['!(.a = "x") && status = error', 'status = error (or more)'],
    ['span.a = nil && resource.a = "x"', 'resource.a = `x` (or more)'],
  ])('asks for more than %s where Tempo cannot tell what is missing', (condition, expected) => {
    expect(rewrite(condition)).toBe(expected)
  })

  it.each([
    ['status = error && span.a = "x"', '(status = error) && (span.a = `x`)'],
    ['!(status = error)', 'status != error'],
    ['span.a = nil && status = error', 'status = error'],
    ['!(span.a = "x")', 'true'],
    ['.a = "x" && status = error', '((span.a = `x`) || (resource.a = `x`)) && (status = error)'],
    ['span.x * 2 > 4', NUMBER],
    [
      'duration > span.x && status = error',
      `(((span.x =~ \`.*\`) || (${NUMBER})) || ((span.x = true) || (span.x = false))) && (status = error)`,
    ],
  ])('finds no less than %s beside other conditions', (condition, expected) => {
    expect(printFieldExpression(widenFilter(conditionOf(`{ ${condition} }`)))).toBe(expected)
  })

  it('guards texts of attributes that are read whole for another reason', () => {
    expect(rewrite('span.a != "x" && span.b != "y"', ['span.a'])).toBe(
      '((span.a != `x`) && (span.a != `nil`)) && (span.b != `y`)',
    )
  })

  it('asks for more where something is grouped by what may be missing', () => {
    expect(rewrite('span.a = nil && status = error', ['span.a'])).toBe('status = error (or more)')
  })

  it('asks for more where another filter of the query makes Tempo read a missing value as a text', () => {
    const filters = ['{ span.a != "x" }', '{ span.a = nil }'].map(conditionOf)
    expect(rewriteFilters(filters, new Set())).toBeUndefined()
  })
})
