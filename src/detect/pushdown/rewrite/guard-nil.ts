import {
  check,
  isArithmetic,
  parse,
  printField,
  printFieldExpression,
  type Attribute,
  type BinaryOperation,
  type FieldExpression,
  type Static,
} from '../../../traceql/index.js'
import { allOf, operation, text } from './conditions.js'
import { attributesOf, isField } from './fields.js'

/**
 * Where Tempo reads an attribute that has a column of its own whole, and not only its values that compare as wanted, a
 * missing value reads as the text `nil`. Comparisons of texts that this would satisfy are told to leave it out. `whole`
 * names the attributes that are read so.
 */
export function guardNil(condition: FieldExpression, whole: ReadonlySet<string>): FieldExpression {
  return whole.size === 0 ? condition : guard(condition, whole)
}

/** The attributes that take part in arithmetic or are compared with other fields; with `all` those asked for nil too. */
export function readWhole(condition: FieldExpression, which: 'all' | 'arithmetic'): readonly string[] {
  if (condition.kind === 'NilComparison')
    return which === 'all' ? attributesOf(condition).map(printField) : []
  if (condition.kind !== 'BinaryOperation') return []
  const { operator, left, right } = condition
  if (operator === '&&' || operator === '||') return [...readWhole(left, which), ...readWhole(right, which)]
  return isField(left) && right.kind === 'Static' ? [] : attributesOf(condition).map(printField)
}

function guard(condition: FieldExpression, whole: ReadonlySet<string>): FieldExpression {
  if (condition.kind !== 'BinaryOperation') return condition
  const { operator, left, right } = condition
  if (operator === '&&') return { ...condition, left: guard(left, whole), right: guard(right, whole) }
  if (operator === '||') return guardAlternatives(condition, whole)
  return guardComparison(condition, whole)
}

/** Beside `= nil` a missing value is wanted anyway. */
function guardAlternatives(condition: BinaryOperation, whole: ReadonlySet<string>): FieldExpression {
  const wanted = new Set(
    alternatives(condition).flatMap((each) =>
      each.kind === 'NilComparison' && each.operator === '=' ? attributesOf(each).map(printField) : [],
    ),
  )
  const others = new Set([...whole].filter((name) => !wanted.has(name)))
  const { left, right } = condition
  return { ...condition, left: guard(left, others), right: guard(right, others) }
}

function alternatives(condition: FieldExpression): readonly FieldExpression[] {
  if (condition.kind !== 'BinaryOperation' || condition.operator !== '||') return [condition]
  return [...alternatives(condition.left), ...alternatives(condition.right)]
}

function guardComparison(condition: BinaryOperation, whole: ReadonlySet<string>): FieldExpression {
  const { operator, left, right } = condition
  if (isArithmetic(operator) || left.kind !== 'Attribute' || right.kind !== 'Static') return condition
  if (right.type !== 'string' || !isReadWhole(left, whole) || !holdsForNil(operator, right)) return condition
  return allOf(condition, operation(left, '!=', text('nil')))
}

/** An attribute without a scope is read of the span and of the resource. */
function isReadWhole(attribute: Attribute, whole: ReadonlySet<string>): boolean {
  const scopes =
    attribute.scope === 'none' ? (['none', 'span', 'resource'] as const) : [attribute.scope, 'none' as const]
  return scopes.some((scope) => whole.has(printField({ ...attribute, scope })))
}

/** Whether the text `nil` compares so; worked out by the language itself. */
function holdsForNil(operator: BinaryOperation['operator'], literal: Static): boolean {
  const { root } = check(parse(`{ "nil" ${operator} ${printFieldExpression(literal)} }`))
  const [stage] = root.kind === 'Pipeline' ? root.stages : []
  return (
    stage?.kind === 'SpansetFilter' && stage.expression.kind === 'Static' && stage.expression.value === true
  )
}
