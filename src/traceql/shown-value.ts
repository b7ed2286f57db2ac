import type { AttributeValue } from '../model/attributes.js'
import { formatDuration } from './duration.js'
import type { FieldType } from './intrinsic.js'
import type { Value } from './value.js'
import { isArray, NO_VALUE } from './value.js'

/** A value as Tempo shows it: a duration as a text such as `65ms`, a missing value as the text `nil`. */
export function toShownValue(value: Value, type: FieldType): AttributeValue {
  if (value === undefined || value === NO_VALUE) return 'nil'
  return type === 'duration' && typeof value === 'bigint' ? formatDuration(value) : value
}

/** A text that two values share only if they have one type and are equal. */
export function valueKey(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object') return value === undefined ? 'nil' : `${typeof value}:${value}`
  return isArray(value) ? `[${value.map(valueKey).join(',')}]` : 'nil'
}
