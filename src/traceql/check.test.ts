import { describe, expect, it } from 'vitest'
import { check, parse } from './index.js'
import { print } from './print.js'

describe('check', () => {
  it.each([
    [
      '{ name = 1 }',
      'semantic',
      8,
      '= needs both sides of one type, but has name (a string) and 1 (an integer)',
    ],
    [
      '{ 1 < 2 < 3 }',
      'semantic',
      9,
      '< needs both sides of one type, but has true (a boolean) and 3 (an integer)',
    ],
    ['{ status > ok }', 'semantic', 10, '> cannot be used with status (a status)'],
    ['{ -name = "a" }', 'semantic', 3, 'name (a string) cannot have a - before it'],
    ['{ 1s + 1 }', 'semantic', 6, 'a filter needs a condition, but 1000000001.0 (a float) is none'],
    ['{ span.a =~ span.b }', 'semantic', 13, 'a regular expression must be a string literal, not span.b'],
    ['{ name =~ "[" }', 'semantic', 11, 'is not a valid RE2 regular expression'],
    ['{ name = nil }', 'semantic', 8, 'name is never nil'],
    ['{ resource.service.name = nil }', 'semantic', 25, 'resource.service.name is never nil'],
    ['{ } | by(1 = 1)', 'semantic', 12, 'by() needs a field of the span'],
    ['{ } | max(name) > 1', 'semantic', 11, 'max() needs numbers, but has name (a string)'],
    ['{ } | max(1) > 1', 'semantic', 11, 'max() needs a field of the span'],
    ['{ } | max(span.a) + 1 > 2', 'unsupported', 19, 'only a comparison of one aggregate with a constant'],
    ['{ parent.a = 1 }', 'unsupported', 3, 'the parent of a span is not supported yet'],
    ['{ } | rate() by (.a, .b, .c, .d, .e, .f)', 'unsupported', 7, 'rate() by 6 values is not supported yet'],
    ['{ } | quantile_over_time(duration, 99)', 'semantic', 7, 'a quantile is from 0 to 1, not 99'],
    ['{ } | rate() | topk(0)', 'semantic', 16, 'topk() needs a limit of at least 1'],
    ['{ } | compare({ }, 0)', 'semantic', 7, 'from 1 to 1000, not 0'],
    ['{ } | compare({ }, 5, 2, 1)', 'semantic', 7, 'must be after its start'],
    ['{ } | compare({ }) | topk(1)', 'semantic', 22, 'compare() must come last'],
  ])('refuses %s', (query, stage, column, problem) => {
    const attempt = () => check(parse(query))

    expect(attempt).toThrow(expect.objectContaining({ stage, column }))
    expect(attempt).toThrow(problem)
  })

  it.each([
    ['{ span.a > 2 * 3 - 1 }', '{ span.a > 5 }'],
    ['{ span.a = 7 / 2 && 1 = 1.0 }', '{ (span.a = 3) && true }'],
    ['{ span.a > 1m + 1 }', '{ span.a > 60000000001.0 }'],
    ['{ span.a = -(-1) || !true }', '{ (span.a = 1) || false }'],
    ['{ "abc" =~ "a.c" && nil != nil }', '{ false }'],
    ['{ 1 / 0 = 1 }', '{ (1 / 0) = 1 }'],
    ['{ maxInt + 1 = minInt }', '{ }'],
  ])('folds the constants of %s', (query, folded) => {
    const { root, query: parsed } = check(parse(query))

    expect(print({ ...parsed, root })).toBe(folded)
  })

  it('finds what the query needs', () => {
    const { needs } = check(
      parse('{ span.a = 1 && name = "x" } >> { .a = 2 } | avg(span.a) > 1 | select(duration, link.w)'),
    )

    expect(needs.attributes.map(({ scope, name }) => `${scope} ${name}`).sort()).toEqual([
      'link w',
      'none a',
      'span a',
    ])
    expect([...needs.intrinsics].sort()).toEqual(['duration', 'name'])
  })
})
