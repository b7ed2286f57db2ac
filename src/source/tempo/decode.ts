import { brokenAnswer } from './errors.js'

/** Small readers of JSON that someone else wrote: each names the place and what was found there. */

export type Json = Readonly<Record<string, unknown>>

export function readObject(value: unknown, place: string): Json {
  if (isObject(value)) return value
  throw wrongType(value, place, 'an object')
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The array at `key`; empty where it is absent or null, as Go writes an empty one. */
export function readArray(object: Json, key: string, place: string): readonly unknown[] {
  const value = object[key]
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw wrongType(value, `${place}.${key}`, 'an array')
}

/** The text at `key`; undefined where it is absent or empty, as protobuf's JSON leaves out an empty one. */
export function readText(object: Json, key: string, place: string): string | undefined {
  const value = object[key]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  throw wrongType(value, `${place}.${key}`, 'a string')
}

/** The number at `key`, which may be written as a string; 0 where it is absent, as protobuf's JSON leaves out a zero. */
export function readNumber(object: Json, key: string, place: string): number {
  const value = object[key]
  if (value === undefined || value === null) return 0
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return number
  throw wrongType(value, `${place}.${key}`, 'a number')
}

export function wrongType(found: unknown, place: string, expected: string): Error {
  return brokenAnswer(`${place} should be ${expected}, not ${describe(found)}`)
}

const SHOWN_CHARACTERS = 60

/** By kind where it is large: a list may hold a million things, or lists within lists. */
function describe(value: unknown): string {
  if (value === undefined) return 'absent'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = JSON.stringify(value)
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
}
