import {
  printField,
  printFieldExpression,
  type Attribute,
  type FieldExpression,
} from '../../../traceql/index.js'
import { attributesOf } from './fields.js'
import { readWhole } from './guard-nil.js'

/**
 * Whether the conditions of one query ask for a missing value, or for an attribute without a scope, in a way that Tempo
 * does not tell apart from what else they ask for: of the same name in another scope, of the attribute as a whole, or twice
 * of its values of one type.
 */
export function isAmbiguous(conditions: readonly FieldExpression[], alsoWhole: ReadonlySet<string>): boolean {
  const missing = conditions.flatMap(askedForNil)
  const compared = conditions.flatMap(attributesOf).filter((attribute) => !missing.includes(attribute))
  const whole = new Set([...alsoWhole, ...conditions.flatMap((each) => readWhole(each, 'arithmetic'))])
  if (missing.some((attribute) => whole.has(printField(attribute)))) return true
  const askedTwice = findAskedTwice(conditions)
  if (missing.some((attribute) => askedTwice.has(printField(attribute)))) return true
  return [...missing, ...compared.filter(({ scope }) => scope === 'none')].some((attribute) =>
    compared.some((other) => other.name === attribute.name && other.scope !== attribute.scope),
  )
}

function askedForNil(condition: FieldExpression): readonly Attribute[] {
  if (condition.kind === 'NilComparison') return attributesOf(condition)
  if (condition.kind !== 'BinaryOperation') return []
  return [...askedForNil(condition.left), ...askedForNil(condition.right)]
}

/** The attributes of which values of one type are compared in several ways. To ask for either boolean is one way. */
function findAskedTwice(conditions: readonly FieldExpression[]): ReadonlySet<string> {
  const asked = new Map<string, Set<string>>()
  for (const { attribute, type, text } of conditions.flatMap(comparisons)) {
    const key = `${printField(attribute)} ${type}`
    asked.set(key, (asked.get(key) ?? new Set<string>()).add(text))
  }
  const twice = [...asked].filter(([, texts]) => texts.size > 1 && ![...texts].every(isEitherTruth))
  return new Set(twice.map(([key]) => key.slice(0, key.lastIndexOf(' '))))
}

const isEitherTruth = (text: string): boolean => / = (?:true|false)$/.test(text)

interface Comparison {
  readonly attribute: Attribute
  readonly type: string
  readonly text: string
}

function comparisons(condition: FieldExpression): readonly Comparison[] {
  if (condition.kind !== 'BinaryOperation') return []
  const { left, operator, right } = condition
  if (operator === '&&' || operator === '||') return [...comparisons(left), ...comparisons(right)]
  if (left.kind !== 'Attribute' || right.kind !== 'Static') return []
  return [{ attribute: left, type: right.type, text: printFieldExpression(condition) }]
}
