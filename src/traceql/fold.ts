import { calculateFloats, calculateInts } from './arithmetic.js'
import { createComparator } from './compare.js'
import { isArithmetic } from './field-type.js'
import { wrapInt } from './integer.js'
import { compileRegex } from '../regex/regex.js'
import type {
  ArithmeticOperator,
  BinaryOperation,
  ComparisonOperator,
  FieldExpression,
  LogicalOperator,
  NilComparison,
  Static,
  UnaryOperation,
} from './tree.js'

/** The operation, done at once where its operands are constants. An integer division by zero is left to fail later. */
export function foldBinary(operation: BinaryOperation): FieldExpression {
  const { operator, left, right, at } = operation
  if (left.kind !== 'Static' || right.kind !== 'Static') return operation
  if (isArithmetic(operator)) return foldArithmetic(operation, operator, left, right)
  return { kind: 'Static', type: 'bool', value: foldTruth(operator, left, right), at }
}

function foldArithmetic(
  operation: BinaryOperation,
  operator: ArithmeticOperator,
  left: Static,
  right: Static,
): FieldExpression {
  const { at } = operation
  if (left.type === 'int' && right.type === 'int') {
    const value = calculateInts(operator, left.value, right.value)
    return value === undefined ? operation : { kind: 'Static', type: 'int', value, at }
  }
  const value = calculateFloats(operator, Number(left.value), Number(right.value))
  return { kind: 'Static', type: 'float', value, at }
}

function foldTruth(operator: ComparisonOperator | LogicalOperator, left: Static, right: Static): boolean {
  switch (operator) {
    case '&&':
      return left.value === true && right.value === true
    case '||':
      return left.value === true || right.value === true
    case '=~':
    case '!~':
      return matches(left, right) === (operator === '=~')
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return createComparator(operator)(left.value, right.value)
  }
}

function matches(left: Static, right: Static): boolean {
  return typeof right.value === 'string' && compileRegex(right.value)?.(String(left.value)) === true
}

export function foldUnary(operation: UnaryOperation): FieldExpression {
  const { operator, operand, at } = operation
  if (operand.kind !== 'Static') return operation
  if (operator === '!') return { kind: 'Static', type: 'bool', value: operand.value !== true, at }
  if (operand.type === 'float') return { ...operand, value: -operand.value, at }
  return operand.type === 'int' || operand.type === 'duration'
    ? { ...operand, value: wrapInt(-operand.value), at }
    : operation
}

/** A constant is never nil, and nil is neither equal nor unequal to itself. */
export function foldNilComparison(operation: NilComparison): FieldExpression {
  const { operator, operand, at } = operation
  if (operand.kind !== 'Static') return operation
  return { kind: 'Static', type: 'bool', value: operator === '!=' && operand.type !== 'nil', at }
}
