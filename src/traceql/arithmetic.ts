import { wrapInt } from './integer.js'
import type { ArithmeticOperator } from './tree.js'

/**
 * Integer arithmetic as Tempo does it: 64 bits, wrapping around, division toward zero. Undefined for a division by
 * zero. Tempo swaps the operands of `^` between integers (`2 ^ 3` is 9), and so do we: one rule, one verdict.
 */
export function calculateInts(operator: ArithmeticOperator, left: bigint, right: bigint): bigint | undefined {
  switch (operator) {
    case '+':
      return wrapInt(left + right)
    case '-':
      return wrapInt(left - right)
    case '*':
      return wrapInt(left * right)
    case '/':
      return right === 0n ? undefined : wrapInt(left / right)
    case '%':
      return right === 0n ? undefined : left % right
    case '^':
      return powerOfInts(right, left)
  }
}

/** Floating-point arithmetic; `x / 0` is infinite or NaN. */
export function calculateFloats(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
    case '^':
      return left ** right
  }
}

/** By squaring, so that a large exponent takes 64 steps. */
function powerOfInts(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) return base === 1n ? 1n : 0n
  let result = 1n
  let square = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = wrapInt(result * square)
    square = wrapInt(square * square)
  }
  return result
}
