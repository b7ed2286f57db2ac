import type { Cursor } from './parse-cursor.js'
import { calculateFloats, calculateInts } from './arithmetic.js'
import { wrapInt } from './integer.js'
import type { Static } from './tree.js'

export type ScalarOperator = '+' | '-' | '*' | '/'

/** `left operator right`, done at once, as Tempo does beside `count()` and between metrics. */
export function foldConstants(cursor: Cursor, operator: ScalarOperator, left: Static, right: Static): Static {
  const { at } = left
  if (left.type === 'duration' || right.type === 'duration') {
    return cursor.fail(at, 'a duration cannot take part in arithmetic here; write it as one number')
  }
  if (left.type === 'int' && right.type === 'int') {
    const value = calculateInts(operator, left.value, right.value)
    return value === undefined
      ? cursor.fail(right.at, 'division by zero')
      : { kind: 'Static', type: 'int', value, at }
  }
  const value = calculateFloats(operator, Number(left.value), Number(right.value))
  if (!Number.isFinite(value))
    return cursor.fail(right.at, operator === '/' ? 'division by zero' : 'number too large')
  return { kind: 'Static', type: 'float', value, at }
}

/** The constant with its sign turned. */
export function negateConstant(constant: Static, at: number): Static {
  if (constant.type === 'int' || constant.type === 'duration') {
    return { ...constant, value: wrapInt(-constant.value), at }
  }
  return constant.type === 'float' ? { ...constant, value: -constant.value, at } : constant
}
