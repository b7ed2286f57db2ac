import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatMatcher, formatMatchers } from './format-matchers.js'
import { MATCH_OPERATORS, type Matcher } from './matcher.js'
import { MatcherError } from './matcher-error.js'
import { parseMatchers } from './parse-matchers.js'

function is(name: string, operator: Matcher['operator'], value: string): Matcher {
  return { name, operator, value }
}

describe('parseMatchers', () => {
  it.each<[string, readonly Matcher[]]>([
    ['severity="page"', [is('severity', '=', 'page')]],
    ['severity=page', [is('severity', '=', 'page')]],
    [' severity != "page" ', [is('severity', '!=', 'page')]],
    ['severity=~"page|warn"', [is('severity', '=~', 'page|warn')]],
    ['severity!~page|warn', [is('severity', '!~', 'page|warn')]],
    ['{a="1",b!="2"}', [is('a', '=', '1'), is('b', '!=', '2')]],
    ['a="1", b="2",', [is('a', '=', '1'), is('b', '=', '2')]],
    ['{ a = "1" , }', [is('a', '=', '1')]],
    ['{}', []],
    ['', []],
    ['"service.name"="shop"', [is('service.name', '=', 'shop')]],
    ['service.name=shop', [is('service.name', '=', 'shop')]],
    ['"a b"=x', [is('a b', '=', 'x')]],
    ['dienst="größe🚀"', [is('dienst', '=', 'größe🚀')]],
    ['a=""', [is('a', '=', '')]],
    ['a="1,2"', [is('a', '=', '1,2')]],
    ['a="}"', [is('a', '=', '}')]],
    [String.raw`a="\"x\"\\\n"`, [is('a', '=', '"x"\\\n')]],
    [String.raw`"a.b"="\u00e9\x41\101\U0001F680"`, [is('a.b', '=', 'éAA🚀')]],
    // As in the older syntax, which is what these texts are valid in, or mean something else in.
    [String.raw`a=~"\d+"`, [is('a', '=~', String.raw`\d+`)]],
    [String.raw`a="\t"`, [is('a', '=', String.raw`\t`)]],
    ['a=~[a-z]{2}x', [is('a', '=~', '[a-z]{2}x')]],
    ['a=b c', [is('a', '=', 'b c')]],
    ['a=', [is('a', '=', '')]],
    ['a=b=c', [is('a', '=', 'b=c')]],
    ['a:b="x"', [is('a:b', '=', 'x')]],
  ])('reads %j', (text, expected) => {
    expect(parseMatchers(text)).toEqual(expected)
  })

  it.each([
    ['severity', 8, 'found the end, expected one of =, !=, =~ and !~'],
    ['a.b==', 4, 'found "=", expected a value, in quotes or without'],
    ['a.b=x y', 6, 'found "y", expected a comma or the end'],
    ['{a.b=x', 6, 'found the end, expected a comma or a closing brace'],
    ['a.b=x}', 5, 'found "}", expected a comma or the end'],
    ['{a.b=x} y', 8, 'found "y", expected nothing more'],
    ['="x"', 0, 'found "=\\"x\\"", expected the name of a label'],
    ['""="x"', 0, 'found an empty name, expected the name of a label'],
    ['a.b="x', 4, 'found a quote that does not end, expected another "'],
    ['a="x', 2, 'found a quote that does not end, expected another "'],
    [',', 0, 'found ",", expected the name of a label'],
    ['a.b=x,,c=d', 6, 'found ",c=d", expected the name of a label'],
    [
      String.raw`a.b="\q"`,
      6,
      'found a backslash before something that has no meaning with it, expected \\\\ for a backslash',
    ],
  ])('refuses %j at %i', (text, offset, problem) => {
    expect(() => parseMatchers(text)).toThrow(new MatcherError(offset, problem))
  })

  it('reads what formatMatchers writes', () => {
    const matcher = fc.record({
      name: fc.string({ unit: 'binary', minLength: 1 }),
      operator: fc.constantFrom(...MATCH_OPERATORS),
      value: fc.string({ unit: 'binary' }),
    })
    fc.assert(
      fc.property(fc.array(matcher), (matchers) => {
        const text = formatMatchers(matchers)
        expect(parseMatchers(text).toSorted(byText)).toEqual(matchers.toSorted(byText))
      }),
    )
  })

  it('answers any text with matchers or with a MatcherError', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '=',
      '~',
      '!',
      ',',
      '\\',
      '"',
      ' ',
      'a',
      '.',
      '\n',
      '=~',
      '!=',
      '"a"',
      'x="y"',
    )
    const text = fc.oneof(
      fc.array(piece).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(text, (given) => {
        try {
          expect(Array.isArray(parseMatchers(given))).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(MatcherError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('takes time linear in the text', () => {
    const text = `a="${'\\"'.repeat(30_000)}`
    expect(() => parseMatchers(text)).toThrow(MatcherError)
    expect(() => parseMatchers(`a=${' '.repeat(60_000)}"`)).toThrow(MatcherError)
  })
})

function byText(left: Matcher, right: Matcher): number {
  const [a, b] = [formatMatcher(left), formatMatcher(right)]
  return a < b ? -1 : a > b ? 1 : 0
}
