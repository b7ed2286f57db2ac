import type { FieldExpression, OrderOperator, Static } from '../../../traceql/index.js'
import { ALWAYS, NEVER } from './conditions.js'

const MAX_INT = 2n ** 63n - 1n
const MIN_INT = -(2n ** 63n)

/** A comparison with an integer. */
export interface IntComparison {
  readonly operator: OrderOperator
  readonly value: bigint
}

/** A number that something is compared with: of an int or duration exactly, of a float as it is. */
export type NumberStatic = Extract<Static, { type: 'int' | 'float' | 'duration' }>

export function isNumberStatic(expression: FieldExpression): expression is NumberStatic {
  return (
    expression.kind === 'Static' &&
    (expression.type === 'int' || expression.type === 'float' || expression.type === 'duration')
  )
}

/**
 * The comparison of an integer that says the same as one with any number: `> 4.5` is `>= 5`, `= 4.5` is never so. A
 * constant where it always or never holds.
 */
export function compareAsInt(operator: OrderOperator, literal: NumberStatic): IntComparison | Static {
  if (literal.type !== 'float') return { operator, value: literal.value }
  const { value } = literal
  if (Number.isNaN(value)) return operator === '!=' ? ALWAYS : NEVER
  if (value > MOST_EXACT || value < -MOST_EXACT) return compareWithHuge(operator, value)
  const floor = BigInt(Math.floor(value))
  if (Number.isInteger(value)) return { operator, value: floor }
  return compareWithFraction(operator, floor)
}

/** Beyond this a float stands for many integers. */
const MOST_EXACT = 2 ** 53

function compareWithHuge(operator: OrderOperator, value: number): IntComparison | Static {
  if (value >= 2 ** 63) return operator === '<' || operator === '<=' || operator === '!=' ? ALWAYS : NEVER
  if (value < -(2 ** 63)) return operator === '>' || operator === '>=' || operator === '!=' ? ALWAYS : NEVER
  const exact = BigInt(value)
  return { operator, value: exact > MAX_INT ? MAX_INT : exact < MIN_INT ? MIN_INT : exact }
}

function compareWithFraction(operator: OrderOperator, floor: bigint): IntComparison | Static {
  switch (operator) {
    case '=':
      return NEVER
    case '!=':
      return ALWAYS
    case '>':
    case '>=':
      return { operator: '>=', value: floor + 1n }
    case '<':
    case '<=':
      return { operator: '<=', value: floor }
  }
}

/** The number that a float is compared with. */
export function toFloat({ value }: NumberStatic): number {
  return Number(value)
}
