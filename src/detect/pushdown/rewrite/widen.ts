import type { Attribute, BinaryOperation, FieldExpression } from '../../../traceql/index.js'
import { ALWAYS, allOf, anyOf, isConstant } from './conditions.js'
import { attributesOf } from './fields.js'
import { isThere } from './missing.js'

/**
 * A rewritten condition that finds the same spans and more, and stays right beside whatever other conditions, groups and
 * fields are asked for in the same query: only comparisons of single fields with literals are left. Tempo cannot tell that
 * a value is missing where the same attribute is asked for in another way, nor an attribute without a scope beside one
 * that has it.
 */
export function widen(condition: FieldExpression): FieldExpression {
  switch (condition.kind) {
    case 'BinaryOperation':
      return widenOperation(condition)
    case 'NilComparison':
      return condition.operator === '!=' ? condition : ALWAYS
    case 'Static':
    case 'Attribute':
    case 'Intrinsic':
    case 'UnaryOperation':
      return isConstant(condition, false) ? condition : ALWAYS
  }
}

function widenOperation(condition: BinaryOperation): FieldExpression {
  const { operator, left, right } = condition
  if (operator === '&&') return allOf(widen(left), widen(right))
  if (operator === '||') return anyOf(widen(left), widen(right))
  if (right.kind === 'Static' && left.kind === 'Intrinsic') return condition
  if (right.kind === 'Static' && left.kind === 'Attribute') return inEitherScope(left, condition)
  // Beside arithmetic it is said already that all of it are numbers.
  if (right.kind === 'Static') return ALWAYS
  return allOf(...attributesOf(condition).map(isThere))
}

function inEitherScope(attribute: Attribute, condition: BinaryOperation): FieldExpression {
  return inScopes(attribute, (left) => ({ ...condition, left }))
}

function inScopes(attribute: Attribute, ask: (attribute: Attribute) => FieldExpression): FieldExpression {
  if (attribute.scope !== 'none') return ask(attribute)
  return anyOf(ask({ ...attribute, scope: 'span' }), ask({ ...attribute, scope: 'resource' }))
}
