import type { Reject } from './check-fault.js'
import { areComparable, fieldType, takesOperand } from './field-type.js'
import { foldBinary, foldNilComparison, foldUnary } from './fold.js'
import { printFieldExpression } from './print-field.js'
import { findRegexFault } from '../regex/regex.js'
import type { BinaryOperation, Field, FieldExpression, NilComparison, UnaryOperation } from './tree.js'

/** The expression with its constants folded. Rejects what has no sense, such as `name = 1`. */
export function checkFieldExpression(expression: FieldExpression, reject: Reject): FieldExpression {
  switch (expression.kind) {
    case 'Static':
      return expression
    case 'Attribute':
    case 'Intrinsic':
      return checkField(expression, reject)
    case 'UnaryOperation':
      return checkUnary(expression, reject)
    case 'BinaryOperation':
      return checkBinary(expression, reject)
    case 'NilComparison':
      return checkNilComparison(expression, reject)
  }
}

/** Rejects the parent, which parses and is not done yet, in Tempo as here. */
export function checkField<F extends Field>(field: F, reject: Reject): F {
  const isParent = field.kind === 'Attribute' ? field.ofParent : field.name === 'parent'
  return isParent ? reject(field.at, 'unsupported', 'the parent of a span is not supported yet') : field
}

/** Whether the expression depends on the span at all. */
export function referencesSpan(expression: FieldExpression): boolean {
  switch (expression.kind) {
    case 'Static':
      return false
    case 'Attribute':
    case 'Intrinsic':
      return true
    case 'UnaryOperation':
    case 'NilComparison':
      return referencesSpan(expression.operand)
    case 'BinaryOperation':
      return referencesSpan(expression.left) || referencesSpan(expression.right)
  }
}

function checkUnary(operation: UnaryOperation, reject: Reject): FieldExpression {
  const operand = checkFieldExpression(operation.operand, reject)
  const checked: UnaryOperation = { ...operation, operand }
  if (takesOperand(operation.operator, fieldType(operand))) return foldUnary(checked)
  return reject(
    operation.at,
    'semantic',
    `${describe(operand)} cannot have a ${operation.operator} before it`,
  )
}

function checkBinary(operation: BinaryOperation, reject: Reject): FieldExpression {
  const { operator, at } = operation
  const left = checkFieldExpression(operation.left, reject)
  const right = checkFieldExpression(operation.right, reject)
  const leftType = fieldType(left)
  const rightType = fieldType(right)
  if (!areComparable(leftType, rightType)) {
    reject(
      at,
      'semantic',
      `${operator} needs both sides of one type, but has ${describe(left)} and ${describe(right)}`,
    )
  }
  for (const side of [left, right]) {
    if (!takesOperand(operator, fieldType(side))) {
      reject(at, 'semantic', `${operator} cannot be used with ${describe(side)}`)
    }
  }
  if (operator === '=~' || operator === '!~') checkRegex(left, right, reject)
  return foldBinary({ ...operation, left, right })
}

function checkRegex(left: FieldExpression, expression: FieldExpression, reject: Reject): void {
  if (expression.kind !== 'Static' || expression.type !== 'string') {
    reject(
      expression.at,
      'semantic',
      `a regular expression must be a string literal, not ${describe(expression)}`,
    )
    return
  }
  const fault = findRegexFault(expression.value, left.kind === 'Static' ? String(left.value) : '')
  if (fault !== undefined)
    reject(expression.at, fault.stage, `${printFieldExpression(expression)} is ${fault.problem}`)
}

function checkNilComparison(comparison: NilComparison, reject: Reject): FieldExpression {
  const operand = checkFieldExpression(comparison.operand, reject)
  if (comparison.operator === '=' && isNeverNil(operand)) {
    reject(comparison.at, 'semantic', `${printFieldExpression(operand)} is never nil`)
  }
  return foldNilComparison({ ...comparison, operand })
}

/** Intrinsics always have a value, and a missing service name is stored as the empty text. */
function isNeverNil(expression: FieldExpression): boolean {
  if (expression.kind === 'Intrinsic') return true
  return (
    expression.kind === 'Attribute' && expression.scope === 'resource' && expression.name === 'service.name'
  )
}

const TYPE_WORDS = {
  string: 'a string',
  int: 'an integer',
  float: 'a float',
  bool: 'a boolean',
  duration: 'a duration',
  status: 'a status',
  kind: 'a kind',
  nil: 'nil',
  attribute: 'an attribute',
} as const
const LONGEST_QUOTE = 60

/** The expression and its type, for messages. */
export function describe(expression: FieldExpression): string {
  const printed = printFieldExpression(expression)
  const quote = printed.length > LONGEST_QUOTE ? `${printed.slice(0, LONGEST_QUOTE)}…` : printed
  return `${quote} (${TYPE_WORDS[fieldType(expression)]})`
}
