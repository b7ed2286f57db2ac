import type { Attributes, AttributeValue } from '../model/attributes.js'
import { MAX_VALUE_DEPTH, NO_ATTRIBUTES } from './decoded-spans.js'
import {
  int64Field,
  itemsField,
  objectField,
  stringField,
  toBoolean,
  toBytes,
  toDouble,
  type JsonObject,
} from './json-fields.js'
import { describePlace, placeIn, type JsonPlace } from './json-place.js'
import { OtlpDecodeError } from './otlp-decode-error.js'

/**
 * The attributes in a list of `KeyValue`s. A key without a value adds nothing; of a key that comes twice the last value
 * stays.
 */
export function attributesField(object: JsonObject, key: string, place: JsonPlace, depth = 0): Attributes {
  let attributes: Map<string, AttributeValue> | undefined
  for (const [item, itemPlace] of itemsField(object, key, place)) {
    const value = readAnyValue(objectField(item, 'value', itemPlace), placeIn(itemPlace, 'value'), depth)
    if (value === undefined) continue
    attributes ??= new Map<string, AttributeValue>()
    attributes.set(stringField(item, 'key', itemPlace), value)
  }
  return attributes ?? NO_ATTRIBUTES
}

function readAnyValue(any: JsonObject, place: JsonPlace, depth: number): AttributeValue | undefined {
  if (depth > MAX_VALUE_DEPTH) {
    throw new OtlpDecodeError(
      `invalid OTLP at ${describePlace(place)}: values nested deeper than ${MAX_VALUE_DEPTH} levels`,
    )
  }
  if (has(any, 'stringValue')) return stringField(any, 'stringValue', place)
  if (has(any, 'intValue')) return int64Field(any, 'intValue', place)
  if (has(any, 'boolValue')) return toBoolean(any['boolValue'], placeIn(place, 'boolValue'))
  if (has(any, 'doubleValue')) return toDouble(any['doubleValue'], placeIn(place, 'doubleValue'))
  if (has(any, 'bytesValue')) return toBytes(any['bytesValue'], placeIn(place, 'bytesValue'))
  if (has(any, 'arrayValue'))
    return readArray(objectField(any, 'arrayValue', place), placeIn(place, 'arrayValue'), depth + 1)
  if (!has(any, 'kvlistValue')) return undefined
  return attributesField(
    objectField(any, 'kvlistValue', place),
    'values',
    placeIn(place, 'kvlistValue'),
    depth + 1,
  )
}

/** Elements without a value are left out. */
function readArray(array: JsonObject, place: JsonPlace, depth: number): readonly AttributeValue[] {
  const values: AttributeValue[] = []
  for (const [item, itemPlace] of itemsField(array, 'values', place)) {
    const value = readAnyValue(item, itemPlace, depth)
    if (value !== undefined) values.push(value)
  }
  return values
}

function has(any: JsonObject, key: string): boolean {
  return any[key] !== undefined && any[key] !== null
}
