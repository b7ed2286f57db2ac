import { OtlpDecodeError, OtlpTooLargeError } from './otlp-decode-error.js'

/** Deeper than any request with attribute values as deep as `MAX_VALUE_DEPTH`. */
const MAX_JSON_DEPTH = 256

const QUOTE = 0x22
const COMMA = 0x2c
const OPENING_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSING_BRACKET = 0x5d
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

/**
 * Integers of 16 and more digits under the keys of OTLP's 64-bit fields, of which none has more than 20. The quote right
 * before the colon belongs to a key: inside a string it would be escaped. No part may repeat without end, as the stack
 * of a regular expression is small: nobody writes so many spaces.
 */
const LONG_INTEGER =
  /("(?:startTimeUnixNano|endTimeUnixNano|timeUnixNano|intValue)"\s{0,64}:\s{0,64})(-?\d{16,20})(?=[\s,}])/g

/**
 * The value of JSON text, with the 64-bit integers of OTLP kept exact: those that a double cannot hold come out as
 * strings. Throws `OtlpDecodeError` for text that is not JSON, or nested so deep that parsing it would take
 * many times its size in memory, and `OtlpTooLargeError` for more than `maxValues`: objects, lists, members and items.
 */
export function parseJson(bytes: Buffer, maxValues = Number.POSITIVE_INFINITY): unknown {
  checkShape(bytes, maxValues)
  const text = bytes.toString('utf8').replace(LONG_INTEGER, '$1"$2"')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new OtlpDecodeError(`invalid JSON: ${error instanceof Error ? error.message : 'unknown reason'}`)
  }
}

/** Values are counted by what begins them: an opening, or the comma after another. */
function checkShape(bytes: Uint8Array, maxValues: number): void {
  let depth = 0
  let values = 0
  for (let index = 0; index < bytes.length; index += 1) {
    switch (bytes[index] ?? 0) {
      case QUOTE:
        index = endOfString(bytes, index)
        break
      case COMMA:
        values += 1
        break
      case OPENING_BRACKET:
      case OPENING_BRACE:
        values += 1
        depth += 1
        break
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        depth -= 1
        break
      default:
    }
    if (depth > MAX_JSON_DEPTH) {
      throw new OtlpDecodeError(`invalid JSON at byte ${index}: nested deeper than ${MAX_JSON_DEPTH} levels`)
    }
    if (values > maxValues) {
      throw new OtlpTooLargeError(`request too large: at most ${maxValues} JSON values are taken`)
    }
  }
}

/** The index of the quote that ends the string begun at `start`, or of the end of the text. */
function endOfString(bytes: Uint8Array, start: number): number {
  let index = start + 1
  while (index < bytes.length && bytes[index] !== QUOTE) index += bytes[index] === BACKSLASH ? 2 : 1
  return index
}
