import { OtlpDecodeError } from './otlp-decode-error.js'

/** Deeper than any request with attribute values as deep as `MAX_VALUE_DEPTH`. */
const MAX_JSON_DEPTH = 256

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b])
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d])

/**
 * Integers of 16 and more digits under the keys of OTLP's 64-bit fields. The quote right before the colon belongs to a
 * key: inside a string it would be escaped.
 */
const LONG_INTEGER =
  /("(?:startTimeUnixNano|endTimeUnixNano|timeUnixNano|intValue)"\s*:\s*)(-?\d{16,})(?=[\s,}])/g

/**
 * The value of JSON text, with the 64-bit integers of OTLP kept exact: those that a double cannot hold come out as
 * strings. Throws `OtlpDecodeError` for text that is not JSON, or nested so deep that parsing it would take
 * many times its size in memory.
 */
export function parseJson(bytes: Buffer): unknown {
  checkDepth(bytes)
  const text = bytes.toString('utf8').replace(LONG_INTEGER, '$1"$2"')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new OtlpDecodeError(`invalid JSON: ${error instanceof Error ? error.message : 'unknown reason'}`)
  }
}

function checkDepth(bytes: Uint8Array): void {
  let depth = 0
  let inString = false
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0
    if (byte === QUOTE) inString = !inString
    else if (inString) index += byte === BACKSLASH ? 1 : 0
    else if (OPENING.has(byte)) depth += 1
    else if (CLOSING.has(byte)) depth -= 1
    if (depth > MAX_JSON_DEPTH) {
      throw new OtlpDecodeError(`invalid JSON at byte ${index}: nested deeper than ${MAX_JSON_DEPTH} levels`)
    }
  }
}
