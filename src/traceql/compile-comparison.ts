import { createComparator } from './compare.js'
import { fieldType } from './field-type.js'
import type { Condition, Reader } from './frame.js'
import type { FieldType } from './intrinsic.js'
import { compileRegex } from './regex.js'
import type { BinaryOperation, FieldExpression, OrderOperator } from './tree.js'
import type { Value } from './value.js'
import { isArray } from './value.js'

/** Throws an evaluation error about the place of the expression. */
export type Fail = (problem: string) => never

const NEVER: Condition = () => false

/** `left operator right` of two compiled sides. A missing side makes it false, whatever the operator. */
export function compileOrder(
  operation: BinaryOperation,
  operator: OrderOperator,
  left: Reader,
  right: Reader,
  fail: Fail,
): Condition {
  const leftType = fieldType(operation.left)
  const rightType = fieldType(operation.right)
  // A status or kind is a text here, so that only types tell it from an attribute that says the same.
  if (leftType !== rightType && (isEnumeration(leftType) || isEnumeration(rightType))) return NEVER
  if (operator === '=') {
    if (operation.right.kind === 'Static') return compileEquality(left, operation.right.value)
    if (operation.left.kind === 'Static') return compileEquality(right, operation.left.value)
  }
  const compare = createComparator(operator)
  if (operation.right.kind === 'Static') {
    const literal = operation.right.value
    return (frame) => compare(left(frame), literal)
  }
  if (operation.left.kind === 'Static') {
    const literal = operation.left.value
    return (frame) => compare(literal, right(frame))
  }
  return (frame) => {
    const leftValue = left(frame)
    const rightValue = right(frame)
    if (isArray(leftValue) && isArray(rightValue)) return fail('an array cannot be compared with an array')
    return compare(leftValue, rightValue)
  }
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
export function compileMatch(operator: '=~' | '!~', read: Reader, pattern: FieldExpression): Condition {
  const matches =
    pattern.kind === 'Static' && pattern.type === 'string' ? compileRegex(pattern.value) : undefined
  if (matches === undefined) return NEVER
  const wanted = operator === '=~'
  const test = (value: Value): boolean => typeof value === 'string' && matches(value) === wanted
  return (frame) => {
    const value = read(frame)
    if (!isArray(value)) return test(value)
    return wanted ? value.some(test) : value.every(test)
  }
}
