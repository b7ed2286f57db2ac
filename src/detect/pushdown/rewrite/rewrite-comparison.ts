import {
  fieldType,
  type Attribute,
  type BinaryOperation,
  type ComparisonOperator,
  type FieldExpression,
  type Intrinsic,
  type OrderOperator,
  type Static,
} from '../../../traceql/index.js'
import {
  ALWAYS,
  allOf,
  anyOf,
  duration,
  float,
  int,
  isNumber,
  isText,
  isInt,
  isTruth,
  NEVER,
  operation,
  text,
} from './conditions.js'
import { compareAsInt, isNumberStatic, toFloat, type NumberStatic } from './compare-numbers.js'
import { attributesOf, isField } from './fields.js'
import { isMissing } from './missing.js'
import { holdsOfOrder, INVERSE, isComparison, turnOperator } from './operators.js'
import { atLeast, exactly, UNKNOWN, type Rewritten } from './rewritten.js'

/** A comparison, so that a Tempo answers it rightly. */
export function rewriteComparison(expression: BinaryOperation): Rewritten {
  return compare(turnAround(expression), 'holds')
}

/** What holds for the spans for which the comparison does not. */
export function complementComparison(expression: BinaryOperation): Rewritten {
  return compare(turnAround(expression), 'holds not')
}

type Sense = 'holds' | 'holds not'

interface Comparison {
  readonly left: FieldExpression
  readonly operator: ComparisonOperator
  readonly right: FieldExpression
}

/** With a literal it stands on the right: Tempo does not turn the operator itself. A sign goes to the literal. */
function turnAround({ operator, left, right }: BinaryOperation): Comparison {
  if (!isComparison(operator)) throw new TypeError(`${operator} is no comparison`)
  const turned = left.kind === 'Static' ? turnOperator(operator) : undefined
  const comparison =
    turned === undefined ? { left, operator, right } : { left: right, operator: turned, right: left }
  return dropSign(comparison)
}

function dropSign(comparison: Comparison): Comparison {
  const { left, operator, right } = comparison
  if (left.kind !== 'UnaryOperation' || left.operator !== '-' || !isNumberStatic(right)) return comparison
  const negated = negate(right)
  const turned = turnOperator(operator)
  if (negated === undefined || turned === undefined) return comparison
  return dropSign({ left: left.operand, operator: turned, right: negated })
}

/** Undefined for the one integer that has no opposite. */
function negate(literal: NumberStatic): NumberStatic | undefined {
  if (literal.type === 'float') return { ...literal, value: -literal.value }
  return literal.value === -(2n ** 63n) ? undefined : { ...literal, value: -literal.value }
}

function compare(comparison: Comparison, sense: Sense): Rewritten {
  const { left, operator, right } = comparison
  if (right.kind !== 'Static') return compareFields(comparison, sense)
  if (left.kind === 'Attribute') return exactly(compareAttribute(left, operator, right, sense))
  if (left.kind === 'Intrinsic') return compareTold(left, operator, right, sense)
  return compareArithmetic(comparison, right, sense)
}

function compareAttribute(
  attribute: Attribute,
  operator: ComparisonOperator,
  literal: Static,
  sense: Sense,
): FieldExpression {
  // A status or kind is never an attribute's.
  if (literal.type === 'status' || literal.type === 'kind') return sense === 'holds' ? NEVER : ALWAYS
  const holds = attributeHolds(attribute, sense === 'holds' ? operator : INVERSE[operator], literal)
  return sense === 'holds' ? holds : anyOf(holds, isMissing(attribute), ...otherTypes(attribute, literal))
}

function attributeHolds(
  attribute: Attribute,
  operator: ComparisonOperator,
  literal: Static,
): FieldExpression {
  if (isNumberStatic(literal)) return compareNumber(attribute, orderOf(operator), literal)
  return operation(attribute, operator, literal)
}

/** Integers and floats are stored apart, and a comparison looks into one of the two only. */
function compareNumber(
  attribute: Attribute,
  operator: OrderOperator,
  literal: NumberStatic,
): FieldExpression {
  const floats = operation(attribute, operator, float(toFloat(literal)))
  return anyOf(compareInts(attribute, operator, literal), floats)
}

/** Beside other conditions Tempo may read floats too, so that no float may compare so that should not. */
function compareInts(attribute: Attribute, operator: OrderOperator, literal: NumberStatic): FieldExpression {
  const asInt = compareAsInt(operator, literal)
  if (!('kind' in asInt)) return operation(attribute, asInt.operator, int(asInt.value))
  if (asInt.value !== true) return NEVER
  return operator === '!=' ? compareUnequalInts(attribute, toFloat(literal)) : isInt(attribute)
}

/** Every integer differs from a number that is none. */
function compareUnequalInts(attribute: Attribute, value: number): FieldExpression {
  if (!Number.isFinite(value) || Math.abs(value) > 2 ** 62) return isInt(attribute)
  const floor = BigInt(Math.floor(value))
  return anyOf(operation(attribute, '<=', int(floor)), operation(attribute, '>=', int(floor + 1n)))
}

function orderOf(operator: ComparisonOperator): OrderOperator {
  if (operator === '=~' || operator === '!~') throw new TypeError('a pattern is no number')
  return operator
}

/** Where the attribute has a value of another type than the literal, which compares with it in no way. */
function otherTypes(attribute: Attribute, literal: Static): readonly FieldExpression[] {
  if (isNumberStatic(literal)) return [isText(attribute), isTruth(attribute)]
  return literal.type === 'string'
    ? [isNumber(attribute), isTruth(attribute)]
    : [isText(attribute), isNumber(attribute)]
}

/** Where the place of a span in its tree does not compare so, Tempo may not read it, and take it for 0. */
function compareTold(
  field: Intrinsic,
  operator: ComparisonOperator,
  literal: Static,
  sense: Sense,
): Rewritten {
  const condition = compareIntrinsic(field, operator, literal, sense)
  const chosen = sense === 'holds' ? operator : INVERSE[operator]
  const mayBeTaken =
    PLACES.has(field.name) &&
    isNumberStatic(literal) &&
    holdsOfOrder(orderOf(chosen), 0, Number(literal.value))
  return mayBeTaken ? atLeast(condition) : exactly(condition)
}

const PLACES: ReadonlySet<string> = new Set([
  'nestedSetLeft',
  'nestedSetRight',
  'nestedSetParent',
  'span:childCount',
])

function compareIntrinsic(
  field: Intrinsic,
  operator: ComparisonOperator,
  literal: Static,
  sense: Sense,
): FieldExpression {
  const chosen = sense === 'holds' ? operator : INVERSE[operator]
  // The name and version of an instrumentation may be compared with anything, and are texts.
  if (fieldType(field) === 'attribute' && literal.type !== 'string') return sense === 'holds' ? NEVER : ALWAYS
  if (isNumberStatic(literal)) return compareMeasure(field, orderOf(chosen), literal)
  if (IDS.has(field.name) && literal.type === 'string') return compareId(field, chosen, literal.value)
  return operation(field, chosen, literal)
}

const IDS: ReadonlySet<string> = new Set(['trace:id', 'span:id', 'span:parentID'])

function compareMeasure(field: Intrinsic, operator: OrderOperator, literal: NumberStatic): FieldExpression {
  const asInt = compareAsInt(operator, literal)
  if ('kind' in asInt) return asInt.value === true ? ALWAYS : NEVER
  const isDuration = fieldType(field) === 'duration'
  return operation(field, asInt.operator, isDuration ? duration(asInt.value) : int(asInt.value))
}

/** Tempo finds no span whose id begins with zeros but by a pattern, and fails on a pattern that is a plain text. */
function compareId(field: Intrinsic, operator: ComparisonOperator, id: string): FieldExpression {
  const isPlain = /^[\w-]*$/.test(id)
  if (operator === '=~' && isPlain) return compareId(field, '=', id)
  if (operator === '!~' && isPlain) return operation(field, '!=', text(id))
  const isLost = field.name !== 'trace:id' && /^0[0-9a-f]{15}$/.test(id) && !/^0+$/.test(id)
  if (operator !== '=' || !isLost) return operation(field, operator, text(id))
  return operation(field, '=~', text(`${id.slice(0, -1)}[${id.slice(-1)}]`))
}

/** Neither side is a literal. Tempo takes a missing value of some attributes for a text, so it may find too much. */
function compareFields(comparison: Comparison, sense: Sense): Rewritten {
  const { left, operator, right } = comparison
  if (sense === 'holds not' || !isField(left) || !isField(right)) return UNKNOWN
  const attributes = attributesOf(operation(left, operator, right))
  const condition = operation(left, operator, right)
  return attributes.length === 0 ? exactly(condition) : atLeast(condition)
}

/** A value that is no number fails the whole query in Tempo, so it is asked for numbers first. */
function compareArithmetic(comparison: Comparison, literal: Static, sense: Sense): Rewritten {
  const left = withoutSigns(comparison.left)
  if (left === undefined || !isNumberStatic(literal)) return UNKNOWN
  const attributes = attributesOf(left)
  const areNumbers = allOf(...attributes.map(isNumber))
  const operator = sense === 'holds' ? comparison.operator : INVERSE[comparison.operator]
  const condition = allOf(areNumbers, operation(left, operator, literal))
  if (sense === 'holds') return exactly(condition)
  const noNumbers = attributes.map((each) => anyOf(isMissing(each), isText(each), isTruth(each)))
  return exactly(anyOf(condition, ...noNumbers))
}

/**
 * Arithmetic with products in place of signs. Undefined for what is not asked of a backend: a division may fail or be no
 * number.
 */
function withoutSigns(expression: FieldExpression): FieldExpression | undefined {
  switch (expression.kind) {
    case 'Static':
    case 'Attribute':
    case 'Intrinsic':
      return expression
    case 'UnaryOperation': {
      const operand = expression.operator === '-' ? withoutSigns(expression.operand) : undefined
      return operand && operation(operand, '*', int(-1n))
    }
    case 'BinaryOperation': {
      if (!['+', '-', '*'].includes(expression.operator)) return undefined
      const left = withoutSigns(expression.left)
      const right = withoutSigns(expression.right)
      return left && right && operation(left, expression.operator, right)
    }
    case 'NilComparison':
      return undefined
  }
}
