import { printField, type Attribute, type FieldExpression } from '../../../traceql/index.js'
import { attributesOf } from './fields.js'
import { readWhole } from './guard-nil.js'

/**
 * Whether the conditions of one query ask for a missing value, or for an attribute without a scope, in a way that Tempo
 * does not tell apart from what else they ask for.
 */
export function isAmbiguous(conditions: readonly FieldExpression[], alsoWhole: ReadonlySet<string>): boolean {
  const missing = conditions.flatMap(askedForNil)
  const compared = conditions.flatMap(attributesOf).filter((attribute) => !missing.includes(attribute))
  const whole = new Set([...alsoWhole, ...conditions.flatMap((each) => readWhole(each, 'arithmetic'))])
  if (missing.some((attribute) => whole.has(printField(attribute)))) return true
  return [...missing, ...compared.filter(({ scope }) => scope === 'none')].some((attribute) =>
    compared.some((other) => other.name === attribute.name && other.scope !== attribute.scope),
  )
}

function askedForNil(condition: FieldExpression): readonly Attribute[] {
  if (condition.kind === 'NilComparison') return attributesOf(condition)
  if (condition.kind !== 'BinaryOperation') return []
  return [...askedForNil(condition.left), ...askedForNil(condition.right)]
}
