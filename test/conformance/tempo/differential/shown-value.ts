import type { AttributeValue } from '../../../../src/model/attributes.js'

/** A value as OTLP/JSON has it. */
export interface JsonValue {
  readonly stringValue?: string
  readonly intValue?: string | number
  readonly doubleValue?: number | string
  readonly boolValue?: boolean
  readonly arrayValue?: { readonly values?: readonly JsonValue[] }
}

const DIGITS = 9

/** A value of ours as a text that tells its type. Of a float, as many digits as a sum in another order shares. */
export function showValue(value: AttributeValue): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `int ${value}`
  if (typeof value === 'number') return `float ${value.toPrecision(DIGITS)}`
  if (typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? `[${value.map(showValue).join(', ')}]` : 'no value'
}

/** The same of a value of Tempo's. */
export function showJsonValue(value: JsonValue): string {
  if (value.stringValue !== undefined) return JSON.stringify(value.stringValue)
  if (value.intValue !== undefined) return `int ${value.intValue}`
  if (value.doubleValue !== undefined) return `float ${Number(value.doubleValue).toPrecision(DIGITS)}`
  if (value.boolValue !== undefined) return String(value.boolValue)
  return `[${(value.arrayValue?.values ?? []).map(showJsonValue).join(', ')}]`
}
