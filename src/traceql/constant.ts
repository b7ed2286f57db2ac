import type { Cursor } from './parse-cursor.js'
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
    if (operator === '/' && right.value === 0n) return cursor.fail(right.at, 'division by zero')
    return { kind: 'Static', type: 'int', value: wrapInt(onInts(operator, left.value, right.value)), at }
  }
  const value = onFloats(operator, Number(left.value), Number(right.value))
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

function onInts(operator: ScalarOperator, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
  }
}

function onFloats(operator: ScalarOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
  }
}
