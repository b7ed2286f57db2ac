import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { describeFileFault } from './file-fault.js'
import { readYaml } from './read-yaml.js'
import type { YamlFile } from './yaml-file.js'

function read(text: string): YamlFile {
  const { yaml, faults } = readYaml('a.yaml', text)
  expect(faults).toEqual([])
  if (yaml === undefined) throw new Error('no YAML')
  return yaml
}

function faultsOf(text: string): string[] {
  return readYaml('a.yaml', text).faults.map(describeFileFault)
}

const DEEP = 'nested more than 32 levels deep'

describe('readYaml', () => {
  it('gives plain data without prototypes', () => {
    const { value } = read('a: [1, x, true, ~, 1.5]\n__proto__: {b: c}\nconstructor: d\n')
    expect(JSON.stringify(value)).toBe('{"a":[1,"x",true,null,1.5],"__proto__":{"b":"c"},"constructor":"d"}')
    expect(Object.getPrototypeOf(value)).toBeNull()
  })

  it('knows where values and keys stand, in characters', () => {
    const yaml = read('\uFEFFa:\n  - "🔔": {c: d}\n    x: 1\n')
    expect(yaml.placeOf(['a', 0, '🔔', 'c'])).toEqual({ file: 'a.yaml', line: 2, column: 14 })
    expect(yaml.placeOfKey(['a', 0, 'x'])).toEqual({ file: 'a.yaml', line: 3, column: 5 })
    expect(yaml.placeOf(['a', 0, 'x', 'y', 7])).toEqual({ file: 'a.yaml', line: 3, column: 8 })
    expect(yaml.placeOfKey(['a', 0, 'missing'])).toEqual({ file: 'a.yaml', line: 2, column: 5 })
  })

  it('tells texts as they were written', () => {
    const yaml = read('a: 1.0\nb: 0x10\nc: "x"\nd:\ne: [1]\n')
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => yaml.textOf([key]))).toEqual([
      '1.0',
      '0x10',
      'x',
      undefined,
      undefined,
      undefined,
    ])
  })

  it('follows aliases to where their text stands', () => {
    const yaml = read('a: &x\n  b: c\nd: *x\n')
    expect(JSON.stringify(yaml.value)).toBe('{"a":{"b":"c"},"d":{"b":"c"}}')
    expect(yaml.placeOf(['d', 'b'])).toMatchObject({ line: 2, column: 6 })
  })

  it('takes an empty file', () => {
    expect(read('# nothing\n').value).toBeUndefined()
  })

  it.each([
    ['a: 1\nb: 2\na: 3\n', 'a.yaml:3:1: found a key a second time'],
    [`a: {${Array.from({ length: 99 }, () => 'b:').join(', ')}}`, 'found a key a second time'],
    [`${'- '.repeat(40)}a`, DEEP],
    ['a: 1\n'.repeat(100_000), 'more than 500000 words and signs'],
    [`${'a: '.repeat(40)}b`, DEEP],
    ['a: [1\n', 'a.yaml:2:1: no valid YAML:'],
    ['a: b: c\n', 'a.yaml:1:4: no valid YAML: Nested mappings are not allowed'],
    ['expr: { a } | rate()\n', 'to YAML a { begins a mapping: put the query in quotes'],
    ['a: !!js/function x\n', 'a.yaml:1:4: no valid YAML: Unresolved tag'],
    ['a: 1\n---\nb: 2\n', 'a.yaml:2:1: found a second document, expected one a file'],
    ['? [a]\n: b\n', 'a.yaml:1:3: found a key that is no text, expected a name'],
    ['a: *x\n', 'a.yaml:1:4:'],
    ['a: &x [*x]\n', DEEP],
    [`a: ${'['.repeat(100)}${']'.repeat(100)}\n`, DEEP],
    ['['.repeat(50_000), DEEP],
    ['{a: '.repeat(50_000), DEEP],
    ['- '.repeat(50_000), DEEP],
    ['? '.repeat(50_000), DEEP],
    [`a: ${'x'.repeat(4 * 1024 * 1024)}`, 'the longest that is read is 4194304'],
  ])('refuses %.20j', (text, message) => {
    expect(faultsOf(text)[0]).toContain(message)
  })

  it('refuses aliases that multiply', () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const inner = level === 0 ? 'x' : `*l${level - 1}`
      return `l${level}: &l${level} [${Array.from({ length: 9 }, () => inner).join(', ')}]`
    })
    expect(faultsOf(levels.join('\n'))[0]).toContain('more than 200000 values, aliases counted')
  })
})

describe('placeInside', () => {
  it.each([
    ['a plain text', 'e: one {two} | three\n', 'three', [1, 16]],
    ['a plain text over lines', 'e: one\n   two\n   three\n', 'three', [3, 4]],
    ['single quotes', "e: 'it''s {x}'\n", '{x}', [1, 11]],
    ['double quotes', String.raw`e: "a\t\u00e9\"b c"`, 'c', [1, 18]],
    ['double quotes over lines', 'e: "a\\\n   b\n   c"\n', 'c', [3, 4]],
    ['a block', 'e: |\n  one\n    two\n', 'two', [3, 5]],
    ['a block with a comment', 'e: |- # why\n\n  one\n  two\n', 'two', [4, 3]],
    ['a folded block', 'e: >-\n  one\n  two\n\n  three\n', 'three', [5, 3]],
    ['Windows line ends', 'e: |\r\n  one\r\n  two\r\n', 'two', [3, 3]],
  ])('finds words in %s', (_, text, word, [line, column]) => {
    const yaml = read(text)
    expect(yaml.placeInside(['e'], contentOf(yaml).indexOf(word))).toMatchObject({ line, column })
  })

  it('finds every character of any text in any style', () => {
    const style = fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED')
    const word = fc.constantFrom(
      'a',
      'bc',
      ' ',
      '\n',
      '  ',
      '"',
      "'",
      '\\',
      '{ x }',
      '🔔',
      ': ',
      '#',
      '\t',
      '\n\n',
      '| f()',
    )
    const content = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => `<${words.join('')}>`)
    fc.assert(
      fc.property(
        content,
        style,
        fc.integer({ min: 20, max: 100 }),
        (given, defaultStringType, lineWidth) => {
          const source = stringify({ e: given }, { defaultStringType, lineWidth })
          // The writer may fold inside of a character.
          fc.pre(!/\p{Cs}/u.test(source))
          expect(findMisplaced(source, read(source))).toEqual([])
        },
      ),
      { numRuns: 1500 },
    )
  })
})

function contentOf({ value }: YamlFile): string {
  return typeof value === 'object' && value !== null && 'e' in value ? String(value.e) : ''
}

/** What is found where a character should be; the value is read back, as the writer does not always keep it. */
function findMisplaced(source: string, yaml: YamlFile): string[] {
  return [...contentOf(yaml).matchAll(/\S/gu)]
    .map(({ 0: char, index }) => ({ char, found: textAt(source, yaml.placeInside(['e'], index)) }))
    .filter(({ char, found }) => !startingWith(char).test(found))
    .map(({ char, found }) => `${char} at ${found}`)
}

function textAt(source: string, { line, column }: { line: number; column: number }): string {
  return Array.from(source.split('\n')[line - 1] ?? '')
    .slice(column - 1)
    .join('')
}

/** As it is, or escaped as YAML escapes it. */
function startingWith(char: string): RegExp {
  const escaped = char.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
  return new RegExp(`^(?:\\\\)?${escaped}`, 'u')
}

describe('any text', () => {
  const piece = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '? ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '&x',
    '*x',
    '!',
    '!!str',
    '|',
    '>',
    '"',
    "'",
    '#',
    '---',
    '...',
    '%',
    '\t',
    '\uFEFF',
    '\0',
    '<<',
    '__proto__: ',
    '  ',
    '🔔',
    '\\',
  )
  it('is read or refused, with places inside of it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 60 }).map((all) => all.join('')),
          fc.string(),
        ),
        (text) => {
          const { faults } = readYaml('f', text)
          const lines = text.split('\n').length
          for (const { line, column } of faults) {
            expect(line).toBeGreaterThanOrEqual(1)
            expect(line).toBeLessThanOrEqual(lines)
            expect(column).toBeGreaterThanOrEqual(1)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})
