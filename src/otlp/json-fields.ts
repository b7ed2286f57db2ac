import { describePlace, placeIn, type JsonPlace } from './json-place.js'
import { OtlpDecodeError } from './otlp-decode-error.js'

/** A JSON object whose fields have not been checked. */
export type JsonObject = Readonly<Record<string, unknown>>

const NO_FIELDS: JsonObject = {}
const INTEGER = /^-?\d{1,20}$/
const HEX = /^[0-9a-f]*$/i
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/
const MAX_QUOTED = 40

// As in proto3 JSON a field that is absent or null has its default: no fields, no items, '' or 0.

/** The object at `place`. */
export function toObject(value: unknown, place: JsonPlace): JsonObject {
  if (value === undefined || value === null) return NO_FIELDS
  if (isObject(value)) return value
  throw invalid(place, value, 'an object')
}

export function objectField(object: JsonObject, key: string, place: JsonPlace): JsonObject {
  return toObject(object[key], placeIn(place, key))
}

/** The items of a list, each an object, with their places. */
export function* itemsField(
  object: JsonObject,
  key: string,
  place: JsonPlace,
): Iterable<[JsonObject, JsonPlace]> {
  const list = object[key]
  if (list === undefined || list === null) return
  const listPlace = placeIn(place, key)
  if (!Array.isArray(list)) throw invalid(listPlace, list, 'a list')
  for (let index = 0; index < list.length; index += 1) {
    const itemPlace = placeIn(listPlace, index)
    yield [toObject(list[index], itemPlace), itemPlace]
  }
}

export function stringField(object: JsonObject, key: string, place: JsonPlace): string {
  const value = object[key]
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  throw invalid(placeIn(place, key), value, 'a string')
}

/** A signed 64-bit integer, written as a string or as a number. */
export function int64Field(object: JsonObject, key: string, place: JsonPlace): bigint {
  const integer = toBigInt(object[key])
  if (integer !== undefined && BigInt.asIntN(64, integer) === integer) return integer
  throw invalid(placeIn(place, key), object[key], 'a 64-bit integer')
}

/** An unsigned 64-bit integer, written as a string or as a number. */
export function uint64Field(object: JsonObject, key: string, place: JsonPlace): bigint {
  const integer = toBigInt(object[key])
  if (integer !== undefined && BigInt.asUintN(64, integer) === integer) return integer
  throw invalid(placeIn(place, key), object[key], 'an unsigned 64-bit integer')
}

/** A double; those that JSON has no number for are strings. */
export function toDouble(value: unknown, place: JsonPlace): number {
  if (typeof value === 'number') return value
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
  if (value === 'NaN' || !Number.isNaN(number)) return number
  throw invalid(place, value, 'a number')
}

export function toBoolean(value: unknown, place: JsonPlace): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(place, value, 'true or false')
}

/** An enum by its number, or by its name: `prefix` and the upper-case word. A number that is not known is the first. */
export function enumField<T extends string>(
  object: JsonObject,
  key: string,
  place: JsonPlace,
  words: readonly [T, ...(readonly T[])],
  prefix: string,
): T {
  const value = object[key]
  if (value === undefined || value === null) return words[0]
  if (typeof value === 'number') return words[value] ?? words[0]
  const word = words.find((candidate) => value === prefix + candidate.toUpperCase())
  if (word !== undefined) return word
  throw invalid(placeIn(place, key), value, `a number or a name such as ${prefix}${words[0].toUpperCase()}`)
}

/** An id of `byteLength` bytes as lower-case hex; empty for an empty one. As OTLP has it, not base64. */
export function idField(object: JsonObject, key: string, place: JsonPlace, byteLength: number): string {
  const value = stringField(object, key, place)
  if (value === '') return ''
  if (value.length === 2 * byteLength && HEX.test(value)) return value.toLowerCase()
  throw invalid(placeIn(place, key), value, `${2 * byteLength} hex digits`)
}

/** Bytes, written as base64. */
export function toBytes(value: unknown, place: JsonPlace): Uint8Array {
  if (typeof value === 'string' && BASE64.test(value)) return new Uint8Array(Buffer.from(value, 'base64'))
  throw invalid(place, value, 'base64')
}

function toBigInt(value: unknown): bigint | undefined {
  if (value === undefined || value === null) return 0n
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && INTEGER.test(value) ? BigInt(value) : undefined
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(place: JsonPlace, found: unknown, expected: string): OtlpDecodeError {
  return new OtlpDecodeError(
    `invalid OTLP at ${describePlace(place)}: found ${quote(found)}, expected ${expected}`,
  )
}

function quote(found: unknown): string {
  if (Array.isArray(found)) return 'a list'
  if (isObject(found)) return 'an object'
  // A number too large for a double is infinite, for which JSON has no word.
  const text = typeof found === 'number' ? String(found) : JSON.stringify(found)
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text
}
