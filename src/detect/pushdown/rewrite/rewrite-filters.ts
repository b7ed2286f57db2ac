import type { BinaryOperation, Field, FieldExpression } from '../../../traceql/index.js'
import { ALWAYS } from './conditions.js'
import { fieldsOf, isField, isOfItem } from './fields.js'
import { guardNil, readWhole } from './guard-nil.js'
import { isComparison, turnOperator } from './operators.js'
import { rewriteCondition } from './rewrite-condition.js'
import { isAmbiguous } from './is-ambiguous.js'
import { atLeast, bothOf, exactly, type Rewritten } from './rewritten.js'
import { widen } from './widen.js'

/**
 * The conditions of the filters of one query, each so that a Tempo finds by it just what it should: what one of them asks
 * for decides how the others are answered. Undefined where that cannot be.
 */
export function rewriteFilters(
  expressions: readonly FieldExpression[],
  alsoWhole: ReadonlySet<string>,
): readonly FieldExpression[] | undefined {
  const rewritten = expressions.map(rewriteBare)
  if (rewritten.some(({ isExact }) => !isExact)) return undefined
  const bare = rewritten.map(({ condition }) => condition)
  const whole = new Set([...alsoWhole, ...bare.flatMap((each) => readWhole(each, 'all'))])
  const conditions = bare.map((condition) => guardNil(condition, whole))
  return isAmbiguous(conditions, alsoWhole) ? undefined : conditions
}

/** The condition of a filter for where it stands beside whatever else: Tempo's answer never lacks what it should find. */
export function widenFilter(expression: FieldExpression): FieldExpression {
  return widen(rewriteBare(expression).condition)
}

function rewriteBare(expression: FieldExpression): Rewritten {
  return asksForItems(expression) ? relaxItems(expression) : rewriteCondition(expression)
}

function asksForItems(expression: FieldExpression): boolean {
  return fieldsOf(expression).some(isOfItem)
}

/**
 * Of a span with several events, Tempo does not see all where a filter asks for more than one thing. So it is asked for one
 * thing of them, and the rest is left to whoever judges the spans.
 */
function relaxItems(expression: FieldExpression): Rewritten {
  const only = keepSimple(expression)
  if (only !== undefined && only === expression) return exactly(only)
  const parts = conjuncts(expression)
  const ofSpan = parts.filter((each) => !asksForItems(each)).map(rewriteCondition)
  const kept = parts
    .filter(asksForItems)
    .map(keepSimple)
    .find((each) => each !== undefined)
  return ofSpan.reduce(bothOf, atLeast(kept ?? someItem(expression)))
}

/** What a span must have at least one of. */
function someItem(expression: FieldExpression): FieldExpression {
  const field = fieldsOf(expression).find(isOfItem)
  return field !== undefined && needsItem(expression) ? hasItem(field) : ALWAYS
}

/** Whether only a span with an event, or with a link, can satisfy it: nothing compares with one that is not there. */
function needsItem(expression: FieldExpression): boolean {
  if (expression.kind === 'NilComparison') return asksForItems(expression)
  if (expression.kind !== 'BinaryOperation') return false
  const { operator, left, right } = expression
  if (operator === '&&') return needsItem(left) || needsItem(right)
  if (operator === '||') return needsItem(left) && needsItem(right) && isOfOneKind(expression)
  return isComparison(operator) && asksForItems(expression)
}

function isOfOneKind(expression: FieldExpression): boolean {
  const kinds = fieldsOf(expression).filter(isOfItem).map(isOfEvent)
  return new Set(kinds).size === 1
}

function conjuncts(expression: FieldExpression): readonly FieldExpression[] {
  if (expression.kind !== 'BinaryOperation' || expression.operator !== '&&') return [expression]
  return [...conjuncts(expression.left), ...conjuncts(expression.right)]
}

/** A condition on one event or link that no span without any meets. Undefined for one that cannot be asked as it is. */
function keepSimple(expression: FieldExpression): FieldExpression | undefined {
  if (expression.kind === 'NilComparison')
    return isField(expression.operand) ? hasItem(expression.operand) : undefined
  return expression.kind === 'BinaryOperation' ? keepComparison(expression) : undefined
}

function keepComparison(comparison: BinaryOperation): FieldExpression | undefined {
  const { left, operator, right } = comparison
  if (left.kind === 'Static' && isField(right)) {
    const turned = isComparison(operator) ? turnOperator(operator) : undefined
    return turned && keepComparison({ ...comparison, left: right, operator: turned, right: left })
  }
  if (!isField(left) || right.kind !== 'Static') return undefined
  // Numbers would have to be asked for twice, as integers and as floats.
  return left.kind === 'Intrinsic' || right.type === 'string' || right.type === 'bool'
    ? comparison
    : undefined
}

/** Whether the span has any event, or any link: one without has none that lacks a value either. */
function hasItem(field: Field): FieldExpression {
  const name = isOfEvent(field) ? 'event:name' : 'link:traceID'
  return { kind: 'NilComparison', operator: '!=', operand: { kind: 'Intrinsic', name, at: 0 }, at: 0 }
}

function isOfEvent(field: Field): boolean {
  return field.kind === 'Attribute' ? field.scope === 'event' : field.name.startsWith('event:')
}
