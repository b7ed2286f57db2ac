import type { FieldExpression } from './tree.js'

/**
 * The keys of the span's own attributes without which none of these conditions, which must all hold, need be asked: it is
 * certain then that they do not, and that none ends in an error.
 */
export function findNeededKeys(conditions: readonly FieldExpression[]): readonly string[] {
  const keys = new Set<string>()
  for (const condition of conditions) {
    const key = neededBy(condition)
    if (key !== undefined) keys.add(key)
    // It is asked before those that follow, and may be too large for the text that it is asked about.
    if (hasRegex(condition)) break
  }
  return [...keys]
}

/** A comparison with what is not there does not hold, whatever the operator. */
function neededBy(condition: FieldExpression): string | undefined {
  switch (condition.kind) {
    case 'Attribute':
      return ownKey(condition)
    case 'NilComparison':
      return condition.operator === '!=' ? ownKey(condition.operand) : undefined
    case 'BinaryOperation': {
      const { operator, left, right } = condition
      if (!COMPARISONS.has(operator)) return undefined
      return right.kind === 'Static' ? ownKey(left) : left.kind === 'Static' ? ownKey(right) : undefined
    }
    case 'Static':
    case 'Intrinsic':
    case 'UnaryOperation':
      return undefined
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=', '=~', '!~'])

function ownKey(expression: FieldExpression): string | undefined {
  const isOwn = expression.kind === 'Attribute' && expression.scope === 'span' && !expression.ofParent
  return isOwn ? expression.name : undefined
}

function hasRegex(expression: FieldExpression): boolean {
  switch (expression.kind) {
    case 'Static':
    case 'Attribute':
    case 'Intrinsic':
      return false
    case 'UnaryOperation':
    case 'NilComparison':
      return hasRegex(expression.operand)
    case 'BinaryOperation':
      return (
        expression.operator === '=~' ||
        expression.operator === '!~' ||
        hasRegex(expression.left) ||
        hasRegex(expression.right)
      )
  }
}
