import { createComparator } from './compare.js'
import { fieldType } from './field-type.js'
import type { Condition, Fail, Reader } from './frame.js'
import type { FieldType } from './intrinsic.js'
import { compileRegex, RegexTooLarge } from '../regex/regex.js'
import { trimZeros } from '../model/trace-id.js'
import type { BinaryOperation, FieldExpression, OrderOperator } from './tree.js'
import type { Value } from './value.js'
import { isArray } from './value.js'

const NEVER: Condition = () => false

/** `left operator right` of two compiled sides. A missing side makes it false, whatever the operator. */
export function compileOrder(
  operation: BinaryOperation,
  operator: OrderOperator,
  left: Reader,
  right: Reader,
  fail: Fail,
): Condition {
  if (isRootTest(operation)) {
    return ({ context, span }) => span.parentSpanId === undefined && context.hasTree()
  }
  const leftType = fieldType(operation.left)
  const rightType = fieldType(operation.right)
  // A status or kind is a text here, so that only types tell it from an attribute that says the same.
  if (leftType !== rightType && (isEnumeration(leftType) || isEnumeration(rightType))) return NEVER
  const rightLiteral = literalBeside(operation.left, operation.right)
  const leftLiteral = literalBeside(operation.right, operation.left)
  if (operator === '=') {
    if (rightLiteral !== undefined) return compileEquality(left, rightLiteral)
    if (leftLiteral !== undefined) return compileEquality(right, leftLiteral)
  }
  const compare = createComparator(operator)
  if (rightLiteral !== undefined) return (frame) => compare(left(frame), rightLiteral)
  if (leftLiteral !== undefined) return (frame) => compare(leftLiteral, right(frame))
  return (frame) => {
    const leftValue = left(frame)
    const rightValue = right(frame)
    if (isArray(leftValue) && isArray(rightValue)) return fail('an array cannot be compared with an array')
    return compare(leftValue, rightValue)
  }
}

/** `nestedSetParent < 0`, by which queries ask for roots: of all spans that has a simpler way to tell. */
export function isRootTest({ operator, left, right }: BinaryOperation): boolean {
  return (
    operator === '<' &&
    left.kind === 'Intrinsic' &&
    left.name === 'nestedSetParent' &&
    right.kind === 'Static' &&
    right.value === 0n
  )
}

/** The value of a literal. Trace ids are compared without leading zeros, so that both spellings of one are found. */
function literalBeside(other: FieldExpression, side: FieldExpression): Value {
  if (side.kind !== 'Static') return undefined
  const isTraceId = other.kind === 'Intrinsic' && other.name === 'trace:id'
  return isTraceId && side.type === 'string' ? trimZeros(side.value) : side.value
}

function isEnumeration(type: FieldType): boolean {
  return type === 'status' || type === 'kind'
}

/** The commonest condition, with the commonest way first. */
function compileEquality(read: Reader, literal: Value): Condition {
  const compare = createComparator('=')
  if (typeof literal !== 'string') return (frame) => compare(read(frame), literal)
  return (frame) => {
    const value = read(frame)
    return value === literal || (typeof value === 'object' && compare(value, literal))
  }
}

/** `=~` holds for an array if any element matches, `!~` if none does. */
export function compileMatch(
  operator: '=~' | '!~',
  read: Reader,
  pattern: FieldExpression,
  fail: Fail,
): Condition {
  const matches =
    pattern.kind === 'Static' && pattern.type === 'string' ? compileRegex(pattern.value) : undefined
  if (matches === undefined) return NEVER
  const wanted = operator === '=~'
  const test = (value: Value): boolean =>
    typeof value === 'string' && attempt(() => matches(value), fail) === wanted
  return (frame) => {
    const value = read(frame)
    if (!isArray(value)) return test(value)
    return wanted ? value.some(test) : value.every(test)
  }
}

function attempt(match: () => boolean, fail: Fail): boolean {
  try {
    return match()
  } catch (error) {
    if (error instanceof RegexTooLarge) return fail(error.message)
    throw error
  }
}
