import { describe, expect, it } from 'vitest'
import { check } from './check.js'
import { parse } from './parse.js'

/** A query of so many regular expressions, each of a thousand instructions. */
const queryOf = (count: number) =>
  `{ ${Array.from({ length: count }, (_, index) => `.a =~ "${index}x{900}"`).join(' || ')} } | rate()`

describe('the regular expressions of a query', () => {
  it('are refused where they are too large together', () => {
    expect(() => check(parse(queryOf(30)))).toThrow(
      /regular expressions of about 27\d{3} instructions together are not supported here; the most is 20000/,
    )
  })

  it('may be many', () => {
    expect(check(parse(queryOf(20))).kind).toBe('CheckedQuery')
  })
})
