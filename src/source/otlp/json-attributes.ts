import type { Attributes, AttributeValue } from '../../model/attributes.js'
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
import { OtlpDecodeError } from './otlp-decode-error.js'

/**
 * The attributes in a list of `KeyValue`s. A key without a value adds nothing; of a key that comes twice the last value
 * stays.
 */
export function attributesField(object: JsonObject, key: string, path: string, depth = 0): Attributes {
  let attributes: Map<string, AttributeValue> | undefined
  for (const [item, itemPath] of itemsField(object, key, path)) {
    const value = readAnyValue(objectField(item, 'value', itemPath), `${itemPath}.value`, depth)
    if (value === undefined) continue
    attributes ??= new Map<string, AttributeValue>()
    attributes.set(stringField(item, 'key', itemPath), value)
  }
  return attributes ?? NO_ATTRIBUTES
}

function readAnyValue(any: JsonObject, path: string, depth: number): AttributeValue | undefined {
  if (depth > MAX_VALUE_DEPTH) {
    throw new OtlpDecodeError(`invalid OTLP at ${path}: values nested deeper than ${MAX_VALUE_DEPTH} levels`)
  }
  if (has(any, 'stringValue')) return stringField(any, 'stringValue', path)
  if (has(any, 'intValue')) return int64Field(any, 'intValue', path)
  if (has(any, 'boolValue')) return toBoolean(any['boolValue'], `${path}.boolValue`)
  if (has(any, 'doubleValue')) return toDouble(any['doubleValue'], `${path}.doubleValue`)
  if (has(any, 'bytesValue')) return toBytes(any['bytesValue'], `${path}.bytesValue`)
  if (has(any, 'arrayValue'))
    return readArray(objectField(any, 'arrayValue', path), `${path}.arrayValue`, depth + 1)
  if (!has(any, 'kvlistValue')) return undefined
  return attributesField(objectField(any, 'kvlistValue', path), 'values', `${path}.kvlistValue`, depth + 1)
}

/** Elements without a value are left out. */
function readArray(array: JsonObject, path: string, depth: number): readonly AttributeValue[] {
  const values: AttributeValue[] = []
  for (const [item, itemPath] of itemsField(array, 'values', path)) {
    const value = readAnyValue(item, itemPath, depth)
    if (value !== undefined) values.push(value)
  }
  return values
}

function has(any: JsonObject, key: string): boolean {
  return any[key] !== undefined && any[key] !== null
}
