import type { AttributeValue } from '../model/attributes.js'
import { formatDuration } from './duration.js'
import type { FieldType } from './intrinsic.js'
import type { Value } from './value.js'
import { NO_VALUE } from './value.js'

/** A value as Tempo shows it: a duration as a text such as `65ms`, a missing value as the text `nil`. */
export function toShownValue(value: Value, type: FieldType): AttributeValue {
  if (value === undefined || value === NO_VALUE) return 'nil'
  return type === 'duration' && typeof value === 'bigint' ? formatDuration(value) : value
}

/** A text that two values share only if they have one type and are equal. */
export function valueKey(value: Value): string {
  if (value === undefined || value === NO_VALUE) return 'nil'
  if (Array.isArray(value)) return `[${value.map(valueKey).join(',')}]`
  return typeof value === 'string' ? JSON.stringify(value) : `${typeof value}:${String(value)}`
}
