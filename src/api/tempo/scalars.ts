import type { Attributes, AttributeValue } from '../../model/attributes.js'

/** A value that has a text of its own. */
export type Scalar = string | boolean | bigint | number

/** The scalars of an attribute: itself, or the items of a list; none for bytes and maps. */
export function scalarsOf(value: AttributeValue | undefined): readonly Scalar[] {
  if (isScalar(value)) return [value]
  return isList(value) ? value.filter(isScalar) : []
}

function isScalar(value: AttributeValue | undefined): value is Scalar {
  return value !== undefined && typeof value !== 'object'
}

function isList(value: AttributeValue | Attributes | undefined): value is readonly AttributeValue[] {
  return Array.isArray(value)
}
