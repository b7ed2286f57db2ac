import { RE2JS } from 're2js'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { compileRegex, findRegexFault } from './regex.js'

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

  it.each([
    ['x{1000}'.repeat(500), 'about 500001 instructions; the most is 5000'],
    [String.raw`\Q[\E${'(x{30}){30}'.repeat(6)}`, 'about 5762 instructions; the most is 5000'],
    ['x'.repeat(4097), '4097 characters; the most is 4096'],
    // The size is looked at first.
    ['('.repeat(5000), '5000 characters; the most is 4096'],
  ])('refuses one that is too large before it compiles it (%#)', (source, most) => {
    const compile = vi.spyOn(RE2JS, 'compile')
    onTestFinished(() => compile.mockRestore())
    expect(() => compileRegex(source)).toThrow(`a regular expression of ${most}`)
    expect(findRegexFault(source)).toEqual({
      stage: 'unsupported',
      problem: `a regular expression of ${most}`,
    })
    expect(compile).not.toHaveBeenCalled()
  })

  it.each([
    ['x'.repeat(4096), 'x'.repeat(4096)],
    ['(?:x{0,100}y){10}', 'y'.repeat(10)],
    [`(?i)${'host-a|'.repeat(500)}[a-z]{1,255}`, 'ABC'],
  ])('takes one of a size that people may need (%#)', (source, text) => {
    expect(compileRegex(source)?.(text)).toBe(true)
  })
})
