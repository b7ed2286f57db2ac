import { calculateFloats, calculateInts } from './arithmetic.js'
import { isNumber } from './compare.js'
import { fieldType } from './field-type.js'
import type { Fail, Reader } from './frame.js'
import { wrapInt } from './integer.js'
import { printFieldExpression } from './print-field.js'
import type { ArithmeticOperator, BinaryOperation, UnaryOperation } from './tree.js'
import type { Value } from './value.js'
import { isArray, NO_VALUE } from './value.js'

/** The sign or negation of a compiled operand. A value of another type fails the query, as in Tempo. */
export function compileUnary(operation: UnaryOperation, read: Reader, fail: Fail): Reader {
  const apply = operation.operator === '!' ? not : negate
  const wanted = operation.operator === '!' ? 'a boolean' : 'a number'
  return (frame) => {
    const value = read(frame)
    if (value === undefined || value === NO_VALUE) return NO_VALUE
    const result = apply(value)
    if (result !== undefined) return result
    const expression = printFieldExpression(operation)
    return fail(`${expression} needs ${wanted}, but a span has ${describeType(value)} there`)
  }
}

function not(value: Value): Value {
  return typeof value === 'boolean' ? !value : undefined
}

function negate(value: Value): Value {
  if (typeof value === 'bigint') return wrapInt(-value)
  return typeof value === 'number' ? -value : undefined
}

function describeType(value: Value): string {
  if (isArray(value)) return 'an array'
  if (typeof value === 'bigint') return 'an integer'
  return typeof value === 'number' ? 'a float' : `a ${typeof value}`
}

/**
 * Two integers make an integer; a duration takes part as a float, in nanoseconds. Where an array of numbers meets a
 * number, or another such array, the query fails, as in Tempo.
 */
export function compileArithmetic(
  operation: BinaryOperation,
  operator: ArithmeticOperator,
  left: Reader,
  right: Reader,
  fail: Fail,
): Reader {
  const hasDuration = fieldType(operation.left) === 'duration' || fieldType(operation.right) === 'duration'
  return (frame) => {
    const leftValue = left(frame)
    const rightValue = right(frame)
    if (!isNumber(leftValue) || !isNumber(rightValue)) {
      const areNumeric = isNumeric(leftValue) && isNumeric(rightValue)
      return areNumeric
        ? fail(`${printFieldExpression(operation)} meets a span that has an array there`)
        : NO_VALUE
    }
    if (hasDuration || typeof leftValue === 'number' || typeof rightValue === 'number') {
      return calculateFloats(operator, Number(leftValue), Number(rightValue))
    }
    return calculateInts(operator, leftValue, rightValue) ?? fail('an integer is divided by zero')
  }
}

/** Whether it is a number or an array of numbers. The elements of an array have one type. */
function isNumeric(value: Value): boolean {
  return isArray(value) ? isNumber(value[0]) : isNumber(value)
}
