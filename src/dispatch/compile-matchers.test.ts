import { describe, expect, it } from 'vitest'
import { parseMatchers } from '../model/parse-matchers.js'
import { compileMatchers, findMatcherFault } from './compile-matchers.js'

describe('matchers', () => {
  it.each([
    ['a=b', 'b', true],
    ['a=b', undefined, false],
    ['a=""', undefined, true],
    ['a!=b', undefined, true],
    ['a!=b', 'b', false],
    ['a=~"b|c"', 'c', true],
    ['a=~"b|c"', 'bc', false],
    ['a=~".*"', undefined, true],
    ['a=~".+"', undefined, false],
    ['a!~"b.*"', 'bx', false],
    ['a!~"b.*"', undefined, true],
    // As in Alertmanager, and not as in TraceQL.
    ['a=~"b.c"', 'b\nc', false],
    ['a=~"(?s)b.c"', 'b\nc', true],
    ['a=~b,a!=b', 'b', false],
    ['', 'b', true],
  ])('%j: a is %j', (text, value, expected) => {
    const labels = new Map(value === undefined ? [] : [['a', value]])
    expect(compileMatchers(parseMatchers(text))(labels)).toBe(expected)
  })

  it('take linear time, whatever the expression and the value', () => {
    const matches = compileMatchers(parseMatchers('a=~"(x+x+)+y"'))
    expect(matches(new Map([['a', 'x'.repeat(1_000_000)]]))).toBe(false)
  })

  it('of an expression that is no RE2, or too large, cannot be used', () => {
    const wrong = { name: 'a', operator: '=~', value: '(?=x)' } as const
    expect(findMatcherFault(wrong)).toContain('not a valid RE2 regular expression')
    expect(() => compileMatchers([wrong])).toThrow('a=~"(?=x)": not a valid RE2')
    expect(findMatcherFault({ ...wrong, value: 'x{1000}'.repeat(11) })).toContain('instructions')
    expect(findMatcherFault({ ...wrong, operator: '=' })).toBeUndefined()
  })
})
