import type { FieldType } from './intrinsic.js'
import { INTRINSIC_TYPES } from './intrinsic.js'
import type { BinaryOperator, FieldExpression, UnaryOperation } from './tree.js'

type TypeTest = (type: FieldType) => boolean

const isAny: TypeTest = () => true

export function isNumericType(type: FieldType): boolean {
  return type === 'int' || type === 'float' || type === 'duration'
}

const isNumericOrAttribute: TypeTest = (type) => isNumericType(type) || type === 'attribute'
const isOrdered: TypeTest = (type) => isNumericOrAttribute(type) || type === 'string'
const isText: TypeTest = (type) => type === 'string' || type === 'attribute'
const isTruth: TypeTest = (type) => type === 'bool' || type === 'attribute'

const OPERAND_TYPES: Readonly<Record<BinaryOperator, TypeTest>> = {
  '+': isNumericOrAttribute,
  '-': isNumericOrAttribute,
  '*': isNumericOrAttribute,
  '/': isNumericOrAttribute,
  '%': isNumericOrAttribute,
  '^': isNumericOrAttribute,
  '=': isAny,
  '!=': isAny,
  '<': isOrdered,
  '<=': isOrdered,
  '>': isOrdered,
  '>=': isOrdered,
  '=~': isText,
  '!~': isText,
  '&&': isTruth,
  '||': isTruth,
}

/** Whether an operand of this type may stand beside the operator. */
export function takesOperand(
  operator: BinaryOperator | UnaryOperation['operator'],
  type: FieldType,
): boolean {
  return operator === '!' ? isTruth(type) : OPERAND_TYPES[operator](type)
}

/** Whether two operands may meet: of one type, both numeric, or one of them an attribute. */
export function areComparable(left: FieldType, right: FieldType): boolean {
  const oneIsAttribute = left === 'attribute' || right === 'attribute'
  return oneIsAttribute || left === right || (isNumericType(left) && isNumericType(right))
}

/** The type of a field expression that makes sense. */
export function fieldType(expression: FieldExpression): FieldType {
  switch (expression.kind) {
    case 'Static':
      return expression.type
    case 'Attribute':
      return 'attribute'
    case 'Intrinsic':
      return INTRINSIC_TYPES[expression.name]
    case 'UnaryOperation':
      return fieldType(expression.operand)
    case 'NilComparison':
      return 'bool'
    case 'BinaryOperation':
      return isArithmetic(expression.operator)
        ? arithmeticType(fieldType(expression.left), fieldType(expression.right))
        : 'bool'
  }
}

export function isArithmetic(operator: BinaryOperator): operator is '+' | '-' | '*' | '/' | '%' | '^' {
  return ['+', '-', '*', '/', '%', '^'].includes(operator)
}

/** Only two integers make an integer: arithmetic turns durations into floats, in nanoseconds. */
function arithmeticType(left: FieldType, right: FieldType): FieldType {
  if (left === 'attribute' && right === 'attribute') return 'attribute'
  if (left === 'attribute') return right === 'int' ? 'int' : 'float'
  if (right === 'attribute') return left === 'int' ? 'int' : 'float'
  return left === 'int' && right === 'int' ? 'int' : 'float'
}
