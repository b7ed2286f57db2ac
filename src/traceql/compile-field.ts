import { calculateFloats, calculateInts } from './arithmetic.js'
import { isNumber } from './compare.js'
import type { Fail } from './compile-comparison.js'
import { compileMatch, compileOrder } from './compile-comparison.js'
import { TraceqlError } from './error.js'
import { fieldType, isArithmetic } from './field-type.js'
import type { Condition, Reader } from './frame.js'
import { wrapInt } from './integer.js'
import { printFieldExpression } from './print-field.js'
import { createAttributeReader } from './read-attribute.js'
import type { ItemChoice } from './read-intrinsic.js'
import { createIntrinsicReader } from './read-intrinsic.js'
import type {
  ArithmeticOperator,
  ComparisonOperator,
  BinaryOperation,
  FieldExpression,
  LogicalOperator,
  NilComparison,
  UnaryOperation,
} from './tree.js'
import { NO_VALUE } from './value.js'

/** How to compile expressions of one query. */
export interface FieldCompiler {
  readonly text: string
  readonly choice: ItemChoice
}

/** A checked expression as a function from span to value. It throws `TraceqlError` of stage `evaluation`. */
export function compileReader(expression: FieldExpression, compiler: FieldCompiler): Reader {
  switch (expression.kind) {
    case 'Static': {
      const { value } = expression
      return () => value
    }
    case 'Attribute':
      return createAttributeReader(expression, compiler.choice)
    case 'Intrinsic':
      return createIntrinsicReader(expression.name, compiler.choice)
    case 'UnaryOperation':
      return compileUnary(expression, compiler)
    case 'NilComparison':
      return compileNilComparison(expression, compiler)
    case 'BinaryOperation':
      return isArithmetic(expression.operator)
        ? compileArithmetic(expression, expression.operator, compiler)
        : compileTruth(expression, expression.operator, compiler)
  }
}

/**
 * The same for where a value is wanted rather than a condition, as in `by()`: arithmetic without its operands is false
 * there, as in Tempo.
 */
export function compileResultReader(expression: FieldExpression, compiler: FieldCompiler): Reader {
  const read = compileReader(expression, compiler)
  if (expression.kind !== 'BinaryOperation' || !isArithmetic(expression.operator)) return read
  return (frame) => {
    const value = read(frame)
    return value === NO_VALUE ? false : value
  }
}

/** A checked expression as a condition: it holds where the expression is true, and nothing else will do. */
export function compileCondition(expression: FieldExpression, compiler: FieldCompiler): Condition {
  if (expression.kind === 'NilComparison') return compileNilComparison(expression, compiler)
  if (expression.kind === 'BinaryOperation' && !isArithmetic(expression.operator)) {
    return compileTruth(expression, expression.operator, compiler)
  }
  const read = compileReader(expression, compiler)
  return (frame) => read(frame) === true
}

type TruthOperator = ComparisonOperator | LogicalOperator

function failAt(expression: FieldExpression, compiler: FieldCompiler): Fail {
  return (problem) => {
    throw new TraceqlError({ stage: 'evaluation', text: compiler.text, at: expression.at, problem })
  }
}

function compileTruth(
  operation: BinaryOperation,
  operator: TruthOperator,
  compiler: FieldCompiler,
): Condition {
  const { left, right } = operation
  switch (operator) {
    case '&&':
    case '||':
      return compileLogical(operation, operator, compiler)
    case '=~':
    case '!~':
      return compileMatch(operator, compileReader(left, compiler), right)
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrder(
        operation,
        operator,
        compileReader(left, compiler),
        compileReader(right, compiler),
        failAt(operation, compiler),
      )
  }
}

/** A chain of one operator is one list, so that a thousand alternatives are not a thousand calls deep. */
function compileLogical(
  operation: BinaryOperation,
  operator: LogicalOperator,
  compiler: FieldCompiler,
): Condition {
  const operands = chain(operation, operator)
  if (operator === '||' && operands.some((operand) => fieldType(operand) !== 'bool')) {
    return compileUnsureOr(operation, compiler)
  }
  const conditions = operands.map((operand) => compileCondition(operand, compiler))
  const [first, second] = conditions
  if (conditions.length !== 2 || first === undefined || second === undefined) {
    return operator === '&&'
      ? (frame) => conditions.every((condition) => condition(frame))
      : (frame) => conditions.some((condition) => condition(frame))
  }
  return operator === '&&'
    ? (frame) => first(frame) && second(frame)
    : (frame) => first(frame) || second(frame)
}

/** An operand that is no boolean on this span makes the whole false, even beside a true one. */
function compileUnsureOr(operation: BinaryOperation, compiler: FieldCompiler): Condition {
  const readLeft = compileReader(operation.left, compiler)
  const readRight = compileReader(operation.right, compiler)
  return (frame) => {
    const left = readLeft(frame)
    const right = readRight(frame)
    return typeof left === 'boolean' && typeof right === 'boolean' && (left || right)
  }
}

function chain(operation: BinaryOperation, operator: LogicalOperator): readonly FieldExpression[] {
  const operands: FieldExpression[] = [operation.right]
  let left = operation.left
  while (left.kind === 'BinaryOperation' && left.operator === operator) {
    operands.push(left.right)
    left = left.left
  }
  return [left, ...operands.toReversed()]
}

/** Whether there is a value; for one of an event or link, whether an event or link at hand lacks it. */
function compileNilComparison({ operator, operand }: NilComparison, compiler: FieldCompiler): Condition {
  const read = compileReader(operand, compiler)
  if (operator === '!=') {
    return (frame) => {
      const value = read(frame)
      return value !== undefined && value !== NO_VALUE
    }
  }
  if (operand.kind !== 'Attribute' || compiler.choice === 'first') return (frame) => read(frame) === undefined
  if (operand.scope === 'event') return (frame) => frame.event !== undefined && read(frame) === undefined
  if (operand.scope === 'link') return (frame) => frame.link !== undefined && read(frame) === undefined
  return (frame) => read(frame) === undefined
}

function compileUnary(operation: UnaryOperation, compiler: FieldCompiler): Reader {
  const read = compileReader(operation.operand, compiler)
  const fail = failAt(operation, compiler)
  const wanted = operation.operator === '!' ? 'a boolean' : 'a number'
  return (frame) => {
    const value = read(frame)
    if (value === undefined || value === NO_VALUE) return NO_VALUE
    if (operation.operator === '!' && typeof value === 'boolean') return !value
    if (operation.operator === '-' && typeof value === 'bigint') return wrapInt(-value)
    if (operation.operator === '-' && typeof value === 'number') return -value
    return fail(
      `${printFieldExpression(operation)} needs ${wanted}, but a span has a ${typeName(value)} there`,
    )
  }
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  return typeof value === 'bigint' ? 'integer' : typeof value === 'number' ? 'float' : typeof value
}

/** Two integers make an integer; a duration takes part as a float, in nanoseconds. */
function compileArithmetic(
  operation: BinaryOperation,
  operator: ArithmeticOperator,
  compiler: FieldCompiler,
): Reader {
  const left = compileReader(operation.left, compiler)
  const right = compileReader(operation.right, compiler)
  const hasDuration = fieldType(operation.left) === 'duration' || fieldType(operation.right) === 'duration'
  const fail = failAt(operation, compiler)
  return (frame) => {
    const leftValue = left(frame)
    const rightValue = right(frame)
    if (!isNumber(leftValue) || !isNumber(rightValue)) return NO_VALUE
    if (hasDuration || typeof leftValue === 'number' || typeof rightValue === 'number') {
      return calculateFloats(operator, Number(leftValue), Number(rightValue))
    }
    return calculateInts(operator, leftValue, rightValue) ?? fail('an integer is divided by zero')
  }
}
