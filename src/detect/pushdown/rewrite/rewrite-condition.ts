import {
  fieldType,
  isArithmetic,
  type BinaryOperation,
  type FieldExpression,
  type NilComparison,
  type UnaryOperation,
} from '../../../traceql/index.js'
import {
  ALWAYS,
  allOf,
  anyOf,
  isConstant,
  isNumber,
  isText,
  isTruth,
  NEVER,
  operation,
  truth,
} from './conditions.js'
import { isField } from './fields.js'
import { isMissing, isThere } from './missing.js'
import { complementComparison, rewriteComparison } from './rewrite-comparison.js'
import { bothOf, eitherOf, exactly, UNKNOWN, type Rewritten } from './rewritten.js'

/**
 * A checked condition, without events and links, in a form that a Tempo answers rightly: no negations, which it forgets;
 * literals on the right; numbers compared as integers and as floats, which it stores apart; signs as products.
 */
export function rewriteCondition(expression: FieldExpression): Rewritten {
  switch (expression.kind) {
    case 'Static':
      return exactly(isConstant(expression, true) ? ALWAYS : NEVER)
    case 'Attribute':
      return exactly(operation(expression, '=', truth(true)))
    case 'Intrinsic':
      return exactly(NEVER)
    case 'UnaryOperation':
      return rewriteNegation(expression)
    case 'NilComparison':
      return rewriteNil(expression)
    case 'BinaryOperation':
      return rewriteOperation(expression)
  }
}

/** What holds for the spans for which the condition does not hold. */
function complement(expression: FieldExpression): Rewritten {
  switch (expression.kind) {
    case 'Static':
      return exactly(isConstant(expression, true) ? NEVER : ALWAYS)
    case 'Attribute':
      return exactly(
        anyOf(
          operation(expression, '=', truth(false)),
          isMissing(expression),
          isText(expression),
          isNumber(expression),
        ),
      )
    case 'Intrinsic':
      return exactly(ALWAYS)
    case 'UnaryOperation':
      return complementNegation(expression)
    case 'NilComparison':
      return rewriteNil({ ...expression, operator: expression.operator === '=' ? '!=' : '=' })
    case 'BinaryOperation':
      return complementOperation(expression)
  }
}

/** A negated attribute must be there, and false. A negated condition holds wherever the condition does not. */
function rewriteNegation({ operator, operand }: UnaryOperation): Rewritten {
  if (operator === '-') return exactly(NEVER)
  if (operand.kind === 'Attribute') return exactly(operation(operand, '=', truth(false)))
  if (operand.kind === 'UnaryOperation' && operand.operator === '!') return rewriteCondition(operand.operand)
  return isConditional(operand) ? complement(operand) : UNKNOWN
}

function complementNegation({ operator, operand }: UnaryOperation): Rewritten {
  if (operator === '-') return exactly(ALWAYS)
  return isConditional(operand) ? rewriteCondition(operand) : UNKNOWN
}

/** Whether it is true or false on every span, never without a value. */
function isConditional(expression: FieldExpression): boolean {
  if (expression.kind === 'UnaryOperation')
    return expression.operator === '!' && isConditional(expression.operand)
  return expression.kind !== 'Attribute' && fieldType(expression) === 'bool'
}

function rewriteOperation(expression: BinaryOperation): Rewritten {
  const { operator, left, right } = expression
  if (isArithmetic(operator)) return exactly(NEVER)
  if (operator === '&&') return bothOf(rewriteCondition(left), rewriteCondition(right))
  if (operator !== '||') return rewriteTruthComparison(expression) ?? rewriteComparison(expression)
  // An attribute that is no boolean on a span makes the whole false there.
  const surely = allOf(...[left, right].map(mustBeBoolean))
  return bothOf(eitherOf(rewriteCondition(left), rewriteCondition(right)), exactly(surely))
}

function mustBeBoolean(side: FieldExpression): FieldExpression {
  return side.kind === 'Attribute' ? isTruth(side) : ALWAYS
}

function complementOperation(expression: BinaryOperation): Rewritten {
  const { operator, left, right } = expression
  if (isArithmetic(operator)) return exactly(ALWAYS)
  if (operator === '&&') return eitherOf(complement(left), complement(right))
  if (operator !== '||') return complementTruthComparison(expression) ?? complementComparison(expression)
  if (![left, right].every(isConditional)) return UNKNOWN
  return bothOf(complement(left), complement(right))
}

/** `(…) = true` and its like. Undefined for what does not compare a condition with a constant. */
function rewriteTruthComparison(expression: BinaryOperation): Rewritten | undefined {
  const parts = truthParts(expression)
  if (parts === undefined) return undefined
  return parts.wanted ? rewriteCondition(parts.condition) : complement(parts.condition)
}

function complementTruthComparison(expression: BinaryOperation): Rewritten | undefined {
  const parts = truthParts(expression)
  if (parts === undefined) return undefined
  return parts.wanted ? complement(parts.condition) : rewriteCondition(parts.condition)
}

function truthParts({ operator, left, right }: BinaryOperation) {
  const [condition, constant] = left.kind === 'Static' ? [right, left] : [left, right]
  if (!isConditional(condition) || constant.kind !== 'Static' || constant.type !== 'bool') return undefined
  return operator === '=' || operator === '!='
    ? { condition, wanted: constant.value === (operator === '=') }
    : undefined
}

function rewriteNil({ operator, operand }: NilComparison): Rewritten {
  if (!isField(operand)) return UNKNOWN
  return exactly(operator === '=' ? isMissing(operand) : isThere(operand))
}
