import type { Attributes, AttributeValue } from '../../model/attributes.js'

/** An attribute value as OTLP/JSON has it: `{ "intValue": "3" }`. */
type EncodedValue = Readonly<Record<string, unknown>>

export interface EncodedAttribute {
  readonly key: string
  readonly value: EncodedValue
}

/** Attributes as OTLP/JSON has them; undefined, so that the field is absent, where there are none. */
export function encodeAttributes(attributes: Attributes): readonly EncodedAttribute[] | undefined {
  if (attributes.size === 0) return undefined
  return Array.from(attributes, ([key, value]) => ({ key, value: encodeValue(value) }))
}

/** A value with its type: 64-bit integers as strings, bytes as base64, doubles that JSON has no number for as words. */
function encodeValue(value: AttributeValue): EncodedValue {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'bigint') return { intValue: String(value) }
  if (typeof value === 'number') return { doubleValue: Number.isFinite(value) ? value : String(value) }
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') }
  if (isList(value)) return { arrayValue: { values: value.map(encodeValue) } }
  return { kvlistValue: { values: encodeAttributes(value) ?? [] } }
}

function isList(value: readonly AttributeValue[] | Attributes): value is readonly AttributeValue[] {
  return Array.isArray(value)
}
