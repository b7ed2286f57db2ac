import { describe, expect, it } from 'vitest'
import { compileRegex } from './regex.js'

describe('compileRegex', () => {
  it.each([
    ['GET.*', 'GET /a', true],
    ['GET', 'GET /a', false],
    ['a|ab', 'ab', true],
    ['.', '\n', true],
    ['(?-s).', '\n', false],
    ['(?i)café', 'CAFÉ', true],
    ['..', '🚀🚀', true],
    ['(?P<name>x)', 'x', true],
    ['', '', true],
    ['', 'x', false],
  ])('%j on %j', (source, text, expected) => {
    const matches = compileRegex(source)

    // The second answer comes from memory.
    expect([matches?.(text), matches?.(text)]).toEqual([expected, expected])
  })

  it.each(['(', '[', '(?=x)', 'a{1001}', String.raw`\1`])('refuses %j', (source) => {
    expect(compileRegex(source)).toBeUndefined()
  })

  it('answers alike for more texts than it remembers', () => {
    const matches = compileRegex('a[0-9]*5')
    const texts = Array.from({ length: 10_000 }, (_, index) => `a${index}`)

    const found = texts.filter((text) => matches?.(text) === true)
    const again = texts.filter((text) => matches?.(text) === true)
    expect(found).toHaveLength(1000)
    expect(again).toEqual(found)
  })

  it('takes an expression on which a backtracking matcher would never end', () => {
    expect(compileRegex('(x+x+)+y')?.('x'.repeat(5000))).toBe(false)
  })
})
