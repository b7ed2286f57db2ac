import type { BinaryOperator, LogicalOperator, StructuralOperator } from './tree.js'
import { COMPARISON_OPERATORS, STRUCTURAL_OPERATORS } from './tree.js'

/**
 * How tightly operators bind; higher binds tighter. `&&` and `||` share a level, as do comparisons and structural
 * operators, and all of them group from left to right. Only `^` groups from right to left.
 */
export const PRECEDENCE = {
  logical: 1,
  comparison: 2,
  sum: 3,
  not: 4,
  product: 5,
  power: 6,
  primary: 7,
} as const

const BINARY_PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['&&', PRECEDENCE.logical],
  ['||', PRECEDENCE.logical],
  ...COMPARISON_OPERATORS.map((operator): [string, number] => [operator, PRECEDENCE.comparison]),
  ['+', PRECEDENCE.sum],
  ['-', PRECEDENCE.sum],
  ['*', PRECEDENCE.product],
  ['/', PRECEDENCE.product],
  ['%', PRECEDENCE.product],
  ['^', PRECEDENCE.power],
])

const STRUCTURAL: ReadonlySet<string> = new Set(STRUCTURAL_OPERATORS)

export function isBinaryOperator(symbol: string): symbol is BinaryOperator {
  return BINARY_PRECEDENCE.has(symbol)
}

export function binaryPrecedence(operator: BinaryOperator): number {
  return BINARY_PRECEDENCE.get(operator) ?? PRECEDENCE.primary
}

export function isSpansetOperator(symbol: string): symbol is LogicalOperator | StructuralOperator {
  return symbol === '&&' || symbol === '||' || STRUCTURAL.has(symbol)
}

export function spansetPrecedence(operator: LogicalOperator | StructuralOperator): number {
  return operator === '&&' || operator === '||' ? PRECEDENCE.logical : PRECEDENCE.comparison
}
