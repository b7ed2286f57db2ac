import type { AttributeValue } from '../../model/attributes.js'
import { readArray, readObject, wrongType, type Json } from './decode.js'

/** The value of an attribute in an answer. Undefined for one that TraceQL has no value for, such as bytes. */
export function decodeValue(json: Json, place: string): AttributeValue | undefined {
  const [entry] = Object.entries(json)
  if (entry === undefined) return undefined
  const [kind, value] = entry
  switch (kind) {
    case 'stringValue':
      return typeof value === 'string' ? value : wrong(value, place, 'a string')
    case 'boolValue':
      return typeof value === 'boolean' ? value : wrong(value, place, 'a boolean')
    case 'intValue':
      return decodeInt(value, place)
    case 'doubleValue':
      return decodeDouble(value, place)
    case 'arrayValue':
      return decodeArray(readObject(value, place), place)
    default:
      return undefined
  }
}

function wrong(found: unknown, place: string, expected: string): never {
  throw wrongType(found, place, expected)
}

function decodeInt(value: unknown, place: string): bigint {
  const text = typeof value === 'number' ? value.toFixed(0) : value
  if (typeof text === 'string' && /^-?\d{1,19}$/.test(text)) return BigInt(text)
  return wrong(value, place, 'an integer')
}

const NO_FINITE_NUMBER: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

function decodeDouble(value: unknown, place: string): number {
  if (typeof value === 'number') return value
  return NO_FINITE_NUMBER.get(value) ?? wrong(value, place, 'a number')
}

/** TraceQL knows lists of single values only. */
function decodeArray(list: Json, place: string): AttributeValue {
  return readArray(list, 'values', place).map((each, index) => {
    const where = `${place}.values[${index}]`
    return decodeValue(readObject(each, where), where) ?? ''
  })
}
