import fc from 'fast-check'

/** Queries, or parts of them. */
export type Query = fc.Arbitrary<string>

export const oneOf = (...words: readonly string[]): Query => fc.constantFrom(...words)
export const quoted = (...words: readonly string[]): Query => oneOf(...words.map((it) => JSON.stringify(it)))

/** All of these, with spaces between. */
export const words = (...parts: readonly Query[]): Query => fc.tuple(...parts).map((all) => all.join(' '))

/** All of these, as stages of a pipeline. */
export const piped = (...stages: readonly Query[]): Query => fc.tuple(...stages).map((all) => all.join(' | '))

export const wrapped = (query: Query): Query => query.map((it) => `(${it})`)

export const is = (field: string, operator: Query, value: Query): Query =>
  words(fc.constant(field), operator, value)

export const EQUAL = oneOf('=', '!=')
export const ORDER = oneOf('=', '!=', '<', '<=', '>', '>=')
export const MATCH = oneOf('=~', '!~')

/** Operands, at most `depth` operators deep, some in parentheses. */
export function joined(operand: Query, operator: Query, depth: number, weight = 1): Query {
  const { whole } = fc.letrec<{ whole: string }>((tie) => {
    const pair = words(tie('whole'), operator, tie('whole'))
    return {
      whole: fc.oneof(
        { maxDepth: depth },
        { weight: 2, arbitrary: operand },
        { weight, arbitrary: pair },
        { weight, arbitrary: wrapped(pair) },
      ),
    }
  })
  return whole
}
