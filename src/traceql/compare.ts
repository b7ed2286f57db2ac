import type { OrderOperator } from './tree.js'
import type { Value } from './value.js'
import { isArray } from './value.js'

/** Compares two values that are not arrays. False where their types differ, whatever the operator. */
type Comparator = (left: Value, right: Value) => boolean

type Test = (order: number) => boolean

const TESTS: Readonly<Record<OrderOperator, Test>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

/**
 * The comparison by this operator. An integer and a float compare as floats. With an array, any element may satisfy
 * the comparison; only for `!=` every one must.
 */
export function createComparator(operator: OrderOperator): Comparator {
  const compareScalars = createScalarComparator(operator)
  const isEvery = operator === '!='
  return (left, right) => {
    if (typeof left !== 'object' && typeof right !== 'object') return compareScalars(left, right)
    if (isArray(left) && !isArray(right)) {
      const test = (element: Value): boolean => compareScalars(element, right)
      return isEvery ? left.every(test) : left.some(test)
    }
    if (!isArray(left) && isArray(right)) {
      const test = (element: Value): boolean => compareScalars(left, element)
      return isEvery ? right.every(test) : right.some(test)
    }
    return false
  }
}

function createScalarComparator(operator: OrderOperator): Comparator {
  const test = TESTS[operator]
  const isEquality = operator === '=' || operator === '!='
  return (left, right) => {
    if (typeof left === 'string') return typeof right === 'string' && test(orderTexts(left, right))
    if (typeof left === 'boolean')
      return isEquality && typeof right === 'boolean' && test(left === right ? 0 : 1)
    return isNumber(left) && isNumber(right) && test(orderNumbers(left, right))
  }
}

export function isNumber(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number'
}

/** Negative, zero or positive; NaN beside NaN, which equals nothing. */
export function orderNumbers(left: bigint | number, right: bigint | number): number {
  if (typeof left === 'bigint' && typeof right === 'bigint') return left < right ? -1 : left > right ? 1 : 0
  return orderFloats(Number(left), Number(right))
}

function orderFloats(left: number, right: number): number {
  if (left < right) return -1
  if (left > right) return 1
  return left === right ? 0 : Number.NaN
}

const FIRST_SURROGATE = 0xd800
const SURROGATE_END = 0xe000

/** By the order of their UTF-8 bytes, which is that of their code points. */
export function orderTexts(left: string, right: string): number {
  if (left === right) return 0
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index += 1) {
    const order = orderUnits(left.charCodeAt(index), right.charCodeAt(index))
    if (order !== 0) return order
  }
  return left.length - right.length
}

/** A surrogate stands for a character beyond all that have one unit. */
function orderUnits(left: number, right: number): number {
  return left === right ? 0 : rank(left) - rank(right)
}

function rank(unit: number): number {
  return unit >= FIRST_SURROGATE && unit < SURROGATE_END ? unit + 0x10000 : unit
}
