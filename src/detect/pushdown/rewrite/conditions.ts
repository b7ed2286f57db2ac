import type {
  Attribute,
  BinaryOperation,
  BinaryOperator,
  FieldExpression,
  Static,
} from '../../../traceql/index.js'

/** Small makers of conditions, which leave out what is always or never so. */

export const ALWAYS: Static = { kind: 'Static', type: 'bool', value: true, at: 0 }
export const NEVER: Static = { kind: 'Static', type: 'bool', value: false, at: 0 }

export function isConstant(expression: FieldExpression, value: boolean): boolean {
  return expression.kind === 'Static' && expression.type === 'bool' && expression.value === value
}

export function operation(
  left: FieldExpression,
  operator: BinaryOperator,
  right: FieldExpression,
): BinaryOperation {
  return { kind: 'BinaryOperation', operator, left, right, at: 0 }
}

/** Holds where all of them do. */
export function allOf(...conditions: readonly FieldExpression[]): FieldExpression {
  if (conditions.some((each) => isConstant(each, false))) return NEVER
  return joinAll(
    '&&',
    conditions.filter((each) => !isConstant(each, true)),
    ALWAYS,
  )
}

/** Holds where one of them does. */
export function anyOf(...conditions: readonly FieldExpression[]): FieldExpression {
  if (conditions.some((each) => isConstant(each, true))) return ALWAYS
  return joinAll(
    '||',
    conditions.filter((each) => !isConstant(each, false)),
    NEVER,
  )
}

function joinAll(
  operator: '&&' | '||',
  [first, ...others]: readonly FieldExpression[],
  none: FieldExpression,
): FieldExpression {
  if (first === undefined) return none
  return others.reduce((left, right) => operation(left, operator, right), first)
}

/** The same of many, in a tree that is not deep. */
export function anyOfMany(conditions: readonly FieldExpression[]): FieldExpression {
  return joinMany(conditions, anyOf, NEVER)
}

/** The same of many, in a tree that is not deep. */
export function allOfMany(conditions: readonly FieldExpression[]): FieldExpression {
  return joinMany(conditions, allOf, ALWAYS)
}

type JoinTwo = (left: FieldExpression, right: FieldExpression) => FieldExpression

function joinMany(
  conditions: readonly FieldExpression[],
  join: JoinTwo,
  none: FieldExpression,
): FieldExpression {
  const [first = none] = conditions
  if (conditions.length <= 1) return first
  const middle = Math.ceil(conditions.length / 2)
  return join(
    joinMany(conditions.slice(0, middle), join, none),
    joinMany(conditions.slice(middle), join, none),
  )
}

export const text = (value: string): Static => ({ kind: 'Static', type: 'string', value, at: 0 })
export const int = (value: bigint): Static => ({ kind: 'Static', type: 'int', value, at: 0 })
export const float = (value: number): Static => ({ kind: 'Static', type: 'float', value, at: 0 })
export const truth = (value: boolean): Static => ({ kind: 'Static', type: 'bool', value, at: 0 })
export const duration = (nanos: bigint): Static => ({ kind: 'Static', type: 'duration', value: nanos, at: 0 })

/** But for the very least, which only newer Tempos can read. */
const LEAST_INT = -(2n ** 63n) + 1n
const GREATEST_INT = 2n ** 63n - 1n

/** Storage keeps the values of an attribute by their types, and a comparison looks into those of one type only. */
export const isText = (attribute: Attribute): FieldExpression => operation(attribute, '=~', text('.*'))

export const isTruth = (attribute: Attribute): FieldExpression =>
  anyOf(operation(attribute, '=', truth(true)), operation(attribute, '=', truth(false)))

/** An integer, or a float between the least and the greatest of them. */
export const isInt = (attribute: Attribute): FieldExpression =>
  allOf(operation(attribute, '>=', int(LEAST_INT)), operation(attribute, '<=', int(GREATEST_INT)))

export const isNumber = (attribute: Attribute): FieldExpression =>
  anyOf(operation(attribute, '>=', int(LEAST_INT)), operation(attribute, '>=', float(-Number.MAX_VALUE)))
