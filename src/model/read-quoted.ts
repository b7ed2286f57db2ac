import { GO_ESCAPES } from './go-escapes.js'
import { MatcherError } from './matcher-error.js'

/** Escapes of a character by its number, in Go's forms. Those of single bytes are taken for the first 128 characters. */
const NUMBER = /u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-7][0-9a-fA-F])|([01][0-7]{2})/y

/** Reads a text in double quotes with the escapes of Go, and moves behind it. Throws `MatcherError`. */
export function readQuoted(cursor: { readonly text: string; at: number }): string {
  const start = cursor.at
  let value = ''
  for (cursor.at += 1; cursor.at < cursor.text.length;) {
    const char = cursor.text[cursor.at] ?? ''
    if (char === '\n') break
    cursor.at += 1
    if (char === '"') return value
    value += char === '\\' ? readEscape(cursor) : char
  }
  throw new MatcherError(start, 'found a quote that does not end, expected another "')
}

function readEscape(cursor: { readonly text: string; at: number }): string {
  const simple = GO_ESCAPES.get(cursor.text[cursor.at] ?? '')
  NUMBER.lastIndex = cursor.at
  const match = simple === undefined ? NUMBER.exec(cursor.text) : null
  cursor.at += match?.[0].length ?? 1
  const code = toCode(match)
  if (simple !== undefined) return simple
  if (code !== undefined && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000))
    return String.fromCodePoint(code)
  throw new MatcherError(
    cursor.at - 1,
    'found a backslash before something that has no meaning with it, expected \\\\ for a backslash',
  )
}

function toCode(match: RegExpExecArray | null): number | undefined {
  if (match === null) return undefined
  const [, short, long, byte, octal] = match
  const hex = short ?? long ?? byte
  return hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16)
}
