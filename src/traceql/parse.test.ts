import { describe, expect, it } from 'vitest'
import { TraceqlError } from './error.js'
import { parse } from './parse.js'
import { print } from './print.js'

function errorOf(text: string): TraceqlError {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof TraceqlError) return error
    throw error
  }
  throw new Error(`${text} was parsed`)
}

describe('parse', () => {
  it.each([
    ['{ .a || .b && .c }', '{ (.a || .b) && .c }'],
    ['{ -.a * 2 = 1 }', '{ (-(.a * 2)) = 1 }'],
    ['{ !.a * .b }', '{ !(.a * .b) }'],
    ['{ !.a + .b }', '{ (!.a) + .b }'],
    ['{ -2 ^ 2 = 1 }', '{ (-(2 ^ 2)) = 1 }'],
    ['{ 2 ^ 3 ^ 2 = 1 }', '{ (2 ^ (3 ^ 2)) = 1 }'],
    ['{ 2 * -3 + 4 = 1 }', '{ ((2 * (-3)) + 4) = 1 }'],
    ['{ .a - .b - .c = 1 }', '{ ((.a - .b) - .c) = 1 }'],
    ['{ .a = .b = .c }', '{ (.a = .b) = .c }'],
    ['{ .a = nil - 2 }', '{ (.a = nil) - 2 }'],
    ['{ -nil = .a }', '{ -(.a = nil) }'],
    ['{ span.a/2 = 1 }', '{ span.a/2 = 1 }'],
    ['{ span.a^2 = 1 }', '{ (span.a ^ 2) = 1 }'],
    ['{a} && {b} >> {c}'.replaceAll(/[abc]/g, '.$&'), '{ .a } && { .b } >> { .c }'],
    ['({.a} && {.b}) >> {.c}', '({ .a } && { .b }) >> { .c }'],
    ['{.a} > {.b} > {.c}', '{ .a } > { .b } > { .c }'],
    ['{.a} > ({.b} > {.c})', '{ .a } > ({ .b } > { .c })'],
    ['{} | rate() > 1 | topk(2) < 10', '{ } | rate() > 1 | topk(2) < 10'],
    ['1 + 2 * ({}|rate()) / 4', '1 + ((2 * ({ } | rate())) / 4)'],
    ['{ } | count() > 2 * 3 - 1', '{ } | count() > 5'],
    ['({}|{}) && ({})', '({ } | { }) && ({ })'],
  ])('groups %s', (text, printed) => {
    expect(print(parse(text))).toBe(printed)
  })

  it.each([
    ['{ a = 1 }', 1, 3, 'unexpected a, expected an attribute, an intrinsic or a literal'],
    ['{ span.a = 1', 1, 13, 'unexpected end of query, expected } or an operator'],
    ['{\n\tspan.a =\n\t"x', 3, 2, 'no closing quote'],
    ['{ span.a > nil }', 1, 16, 'unexpected }, expected = or !='],
    ['{ } | count()', 1, 14, 'unexpected end of query, expected a comparison such as > 1'],
    ['{ } | rate() | { }', 1, 16, 'unexpected {, expected topk or bottomk'],
    ['{ } | topk(5)', 1, 7, 'unexpected topk'],
    ['{ trace:name = "a" }', 1, 9, 'expected one of id, duration, rootName, rootService'],
    ['{ . = 1 }', 1, 4, 'an attribute name must follow the dot'],
    ['{ span.a = /* comment', 1, 12, 'no closing */'],
    ['{ "🚀" ; }', 1, 7, 'the character ";"'],
    ['({ } | count() > 1) && { }', 1, 24, 'expected a pipeline or spanset in parentheses'],
    ['{ } | ({ } | count() > 1)', 1, 8, 'a pipeline in parentheses can stand at the beginning'],
    ['({ } | rate()) + 1s', 1, 18, 'a duration cannot take part'],
    ['{ } | rate() > 1 / 0', 1, 20, 'division by zero'],
    ['{ } with (rate=1)', 1, 11, 'expected the name of a hint'],
    ['(({ } | rate()) > 1) * 2', 1, 17, 'unexpected >, expected ) or an operator'],
    ['(({ } | rate()) | topk(1))', 1, 17, 'unexpected |, expected ) or an operator'],
    ['', 1, 1, 'unexpected end of query'],
  ])('says what is wrong with %j, and where', (text, line, column, problem) => {
    const error = errorOf(text)

    expect(error).toMatchObject({ stage: 'syntax', line, column })
    expect(error.message).toBe(`line ${line}, col ${column}: ${error.problem}`)
    expect(error.problem).toContain(problem)
  })

  it('points at the place', () => {
    expect(errorOf('{ span.a = 1 &&\n\tname == "x" }').caret).toBe('\tname == "x" }\n\t      ^')
  })

  it('tells what it found and what it expected', () => {
    expect(errorOf('{ span.a = ) }')).toMatchObject({
      found: ')',
      expected: expect.stringContaining('a literal'),
    })
  })

  it.each([
    ['parentheses', `{ ${'('.repeat(10_000)}.a${')'.repeat(10_000)} }`],
    ['signs', `{ ${'-'.repeat(10_000)}1 = 1 }`],
    ['pipelines', `${'('.repeat(10_000)}{ }${')'.repeat(10_000)}`],
    ['operators in a row', `{ ${'.a && '.repeat(10_000)}.b }`],
    ['spansets in a row', `${'{ } && '.repeat(10_000)}{ }`],
    ['second stages', `{ } | rate() ${'> 1 '.repeat(10_000)}`],
    ['a longer query than there is room for', `{ .a = "${'x'.repeat(200_000)}" }`],
  ])('refuses too many %s', (_what, text) => {
    expect(errorOf(text)).toMatchObject({
      stage: 'unsupported',
      message: expect.stringContaining('not supported here'),
    })
  })

  it('takes hundreds of alternatives', () => {
    expect(() => parse(`{ ${'.a = 1 || '.repeat(900)}.b }`)).not.toThrow()
  })
})
