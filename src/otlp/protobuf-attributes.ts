import type { AttributeValue } from '../model/attributes.js'
import { MAX_VALUE_DEPTH, NO_ATTRIBUTES } from './decoded-spans.js'
import type { ProtoReader } from './proto-reader.js'

/**
 * Adds the `KeyValue` at hand to `attributes` and answers them, made when there were none. A key without a value adds
 * nothing; of a key that comes twice the last value stays.
 */
export function readKeyValue(
  reader: ProtoReader,
  attributes: Map<string, AttributeValue> | undefined,
  depth = 0,
): Map<string, AttributeValue> | undefined {
  let key = ''
  let value: AttributeValue | undefined
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 10) key = reader.string()
    else if (tag === 18) value = readAnyValue(reader, depth)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return value === undefined ? attributes : (attributes ?? new Map<string, AttributeValue>()).set(key, value)
}

function readAnyValue(reader: ProtoReader, depth: number): AttributeValue | undefined {
  if (depth > MAX_VALUE_DEPTH) throw reader.error('values too deep', `at most ${MAX_VALUE_DEPTH} levels`)
  let value: AttributeValue | undefined
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        value = reader.string()
        break
      case 16:
        value = reader.int64() !== 0n
        break
      case 24:
        value = reader.int64()
        break
      case 33:
        value = reader.double()
        break
      case 42:
        value = readArray(reader, depth + 1)
        break
      case 50:
        value = readKeyValueList(reader, depth + 1)
        break
      case 58:
        value = reader.byteString()
        break
      default:
        reader.skip(tag)
    }
  }
  reader.leave(outer)
  return value
}

/** Elements without a value are left out. */
function readArray(reader: ProtoReader, depth: number): readonly AttributeValue[] {
  const values: AttributeValue[] = []
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag !== 10) {
      reader.skip(tag)
      continue
    }
    const value = readAnyValue(reader, depth)
    if (value !== undefined) values.push(value)
  }
  reader.leave(outer)
  return values
}

function readKeyValueList(reader: ProtoReader, depth: number): ReadonlyMap<string, AttributeValue> {
  let values: Map<string, AttributeValue> | undefined
  const outer = reader.enter()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 10) values = readKeyValue(reader, values, depth)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return values ?? NO_ATTRIBUTES
}
