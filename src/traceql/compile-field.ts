import { compileArithmetic, compileUnary } from './compile-arithmetic.js'
import { compileMatch, compileOrder } from './compile-comparison.js'
import { TraceqlError } from './error.js'
import { fieldType, isArithmetic } from './field-type.js'
import type { Condition, Fail, Reader } from './frame.js'
import { createAttributeReader } from './read-attribute.js'
import type { ItemChoice } from './read-intrinsic.js'
import { createIntrinsicReader } from './read-intrinsic.js'
import type {
  BinaryOperation,
  ComparisonOperator,
  FieldExpression,
  LogicalOperator,
  NilComparison,
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
      return compileUnary(
        expression,
        compileReader(expression.operand, compiler),
        failAt(expression, compiler),
      )
    case 'NilComparison':
      return compileNilComparison(expression, compiler)
    case 'BinaryOperation':
      return isArithmetic(expression.operator)
        ? compileArithmetic(
            expression,
            expression.operator,
            compileReader(expression.left, compiler),
            compileReader(expression.right, compiler),
            failAt(expression, compiler),
          )
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
      return compileMatch(operator, compileReader(left, compiler), right, failAt(operation, compiler))
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
