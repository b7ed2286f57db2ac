import type { BinaryOperator, ComparisonOperator, OrderOperator } from '../../../traceql/index.js'

export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return operator in INVERSE
}

/** The same comparison with its sides exchanged. Undefined where a pattern would stand on the left. */
export function turnOperator(operator: ComparisonOperator): ComparisonOperator | undefined {
  return TURNED.get(operator)
}

const TURNED: ReadonlyMap<ComparisonOperator, ComparisonOperator> = new Map([
  ['=', '='],
  ['!=', '!='],
  ['<', '>'],
  ['<=', '>='],
  ['>', '<'],
  ['>=', '<='],
])

/** The comparison that holds of two values of one type where this one does not. */
export const INVERSE: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '=~': '!~',
  '!~': '=~',
}

/** Whether two numbers compare so. */
export function holdsOfOrder(operator: OrderOperator, left: number, right: number): boolean {
  switch (operator) {
    case '=':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}
