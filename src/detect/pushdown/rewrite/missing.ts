import type { Attribute, Field, FieldExpression } from '../../../traceql/index.js'
import { ALWAYS, allOf, anyOf, isNumber, isText, isTruth, NEVER } from './conditions.js'

/**
 * Where a field has no value. Of an attribute without a scope Tempo would ask span and resource each by itself; a missing
 * service name is stored as an empty text, and an intrinsic is always there.
 */
export function isMissing(field: Field): FieldExpression {
  return allOf(...withScopes(field).map((each) => (isAlwaysThere(each) ? NEVER : isNil(each))))
}

/**
 * Where a field has a value, of whatever type. Not said by `!= nil`, which takes a missing value of some attributes for a
 * text.
 */
export function isThere(field: Field): FieldExpression {
  return anyOf(...withScopes(field).map((each) => (isAlwaysThere(each) ? ALWAYS : hasAnyType(each))))
}

function withScopes(field: Field): readonly Field[] {
  if (field.kind === 'Intrinsic' || field.scope !== 'none') return [field]
  return [
    { ...field, scope: 'span' },
    { ...field, scope: 'resource' },
  ]
}

function isAlwaysThere(field: Field): boolean {
  return field.kind === 'Intrinsic' || (field.scope === 'resource' && field.name === 'service.name')
}

function isNil(field: Field): FieldExpression {
  return { kind: 'NilComparison', operator: '=', operand: field, at: 0 }
}

function hasAnyType(field: Field): FieldExpression {
  return field.kind === 'Attribute' ? anyOf(...hasType(field)) : ALWAYS
}

const hasType = (attribute: Attribute): readonly FieldExpression[] => [
  isText(attribute),
  isNumber(attribute),
  isTruth(attribute),
]
