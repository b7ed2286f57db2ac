import type { AttributeValue } from '../model/attributes.js'

/** What a field has on one span. `undefined` is TraceQL's nil. */
export type Value = AttributeValue | undefined

/**
 * The value of what is there but has no value in TraceQL: bytes, a key-value list, an array that is empty or of mixed
 * types; also an operation whose operand is missing. It is neither nil nor not nil, and every comparison with it is
 * false.
 */
export const NO_VALUE: Value = new Map()

/** The value that TraceQL sees: an array of one element is that element. */
export function toValue(value: AttributeValue | undefined): Value {
  if (typeof value !== 'object') return value
  return isArray(value) ? toArrayValue(value) : NO_VALUE
}

export function isArray(value: Value): value is readonly AttributeValue[] {
  return Array.isArray(value)
}

function toArrayValue(values: readonly AttributeValue[]): Value {
  const first = values[0]
  if (first === undefined || typeof first === 'object') return NO_VALUE
  if (values.length === 1) return first
  return values.every((value) => typeof value === typeof first) ? values : NO_VALUE
}
