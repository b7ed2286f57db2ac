import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { estimateInstructions } from './estimate-instructions.js'

function sizeOf(source: string): number | undefined {
  try {
    return RE2JS.compile(source).programSize()
  } catch {
    return undefined
  }
}

const SIGNS = ['(', ')', '|', '*', '+', '?', '.', '^', '$', '[', ']', 'x', '-', ',', ':', 'é', '🚀', 'ß', 'k']
const GROUPS = ['(?:', '(?i)', '(?i:', '(?P<n>', '(?<m>', '()', '(|)', '(x)', '(x|y)', '(long text)']
const REPEATS = ['{2}', '{3,}', '{2,5}', '{0}', '{,2}', '{1', '{0,1}', '{2}{2}']
const ESCAPES = [String.raw`\Q`, String.raw`\E`, '\\', String.raw`\pL`, String.raw`\p{Greek}`, String.raw`\b`]
const CLASSES = ['[[:alpha:]]', '[^]', '[^x]', '[a', String.raw`\d`, String.raw`\x{41}`, String.raw`[\]x]`]
const PIECES = [...SIGNS, ...GROUPS, ...REPEATS, ...ESCAPES, ...CLASSES]

describe('estimateInstructions', () => {
  it.each([
    ['', 0],
    ['checkout|payment', 17],
    ['x{1000}', 1000],
    ['(x{10}){10}', 120],
    ['(?:x{10}){10}', 110],
    ['[a-z{9}]{3}', 3],
    ['[]{9}]{3}', 3],
    [String.raw`\{9}x{2}`, 5],
    [String.raw`\Q(x{1000}\E`, 8],
    [String.raw`\Q[\Ex{1000}`, 1001],
    // It repeats what stands before the quotes.
    [String.raw`(long)\Q\E{100}`, 600],
    ['x{2,4}', 6],
    ['x{2,}', 5],
    ['x{1000}'.repeat(5), 5000],
    ['x{9999}', 9999],
  ])('of %j is %j', (source, instructions) => {
    expect(estimateInstructions(source)).toBe(instructions + 1)
  })

  it('is not fewer than there are', () => {
    const source = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(source, (given) => {
        // Two instructions begin and end every program.
        expect(estimateInstructions(given) + 2).toBeGreaterThanOrEqual(sizeOf(given) ?? 0)
      }),
      { numRuns: 20_000 },
    )
  })

  // A class that does not end can be taken apart in one way only.
  it('ends, whatever the text', () => {
    const pieces = ['(', '[', '{1000}', '(?:', '[[:a', '[:a:]', '(?P<', 'x{1000}', ')', 'x', '^]', '[^]']
    const escapes = [String.raw`\Q`, String.raw`\p{`, String.raw`\p{L}`, String.raw`\x{41}`, '\\']
    const texts = [...pieces, ...escapes].flatMap((piece) =>
      ['', '[', '[^', '('].map((before) => before + piece.repeat(1000)),
    )
    expect(texts.filter((text) => !(estimateInstructions(text) > 0))).toEqual([])
  })
})
