import fc from 'fast-check'
import { is, joined, oneOf, quoted, words, wrapped, type Query } from './query-text.js'

/** Of an array, any element; asked once in a query, as Tempo then forgets the elements that did not satisfy it. */
const ofArrays = fc.oneof(
  is('span.tags', oneOf('=', '<', '<=', '>', '>='), quoted('red', 'blue', 'green')),
  is('span.codes', oneOf('=', '<', '<=', '>', '>='), oneOf('1', '2', '3')),
)

/** A whole condition that is joined with `&&` only to others. */
const ofTruths = oneOf('span.cached', '.cached', 'true', '1 = 1', '2 ^ 3 = 9', '1s > 500ms', '!false')
const ofUntruths = oneOf('false', '"a" = "b"', 'nil = nil', '!true')

/** A filter whose conditions are joined in any way, and at times beside something else that goes once or with `&&` only. */
export function filterOf(conditions: readonly Query[]): Query {
  const several = joined(fc.oneof(...conditions), oneOf('&&', '||'), 2)
  const group = wrapped(several)
  const whole = fc.oneof(
    { weight: 12, arbitrary: several },
    { weight: 1, arbitrary: words(ofTruths, oneOf('&&'), group) },
    { weight: 1, arbitrary: words(group, oneOf('&&'), ofTruths) },
    { weight: 1, arbitrary: words(ofUntruths, oneOf('||'), group) },
    { weight: 1, arbitrary: words(group, oneOf('= true', '!= false')) },
  )
  return whole.map((it) => `{ ${it} }`)
}

/** A filter that asks an array. */
export function arrayFilterOf(conditions: readonly Query[]): Query {
  const group = wrapped(joined(fc.oneof(...conditions), oneOf('&&', '||'), 1))
  return fc
    .oneof(ofArrays, words(ofArrays, oneOf('&&', '||'), group), words(group, oneOf('&&', '||'), ofArrays))
    .map((it) => `{ ${it} }`)
}
