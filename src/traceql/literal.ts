import { GO_ESCAPES } from '../model/go-escapes.js'
import { MAX_INT, parseDuration } from './duration.js'

/** What was read at a place of the query: a value, or why there is none. */
export type Scanned<T> =
  | { readonly kind: 'value'; readonly value: T; readonly end: number }
  | { readonly kind: 'fault'; readonly problem: string; readonly at: number; readonly unsupported?: true }

const ESCAPE =
  /\\(?:([abfnrtv\\"])|([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|[^\\"\n]+/y
/** The Go string literal that begins at `at`, in double quotes or backquotes. */
export function scanString(text: string, at: number): Scanned<string> {
  return text[at] === '`' ? scanRawString(text, at) : scanQuotedString(text, at)
}

function scanRawString(text: string, at: number): Scanned<string> {
  const close = text.indexOf('`', at + 1)
  if (close === -1) return { kind: 'fault', problem: 'this string has no closing backquote', at }
  const value = text.slice(at + 1, close).replaceAll('\r', '')
  return { kind: 'value', value: wellFormed(value), end: close + 1 }
}

function scanQuotedString(text: string, at: number): Scanned<string> {
  // Escapes give bytes, which only together need be UTF-8: "\xc3\xa9" is one letter.
  const parts: Buffer[] = []
  let offset = at + 1
  while (text[offset] !== '"') {
    ESCAPE.lastIndex = offset
    const match = ESCAPE.exec(text)
    if (match === null) return stringFault(text, offset, at)
    const part = decodePart(match)
    if (part === undefined) return stringFault(text, offset, at)
    parts.push(part)
    offset = ESCAPE.lastIndex
  }
  return { kind: 'value', value: Buffer.concat(parts).toString('utf8'), end: offset + 1 }
}

function decodePart([whole, simple, octal, hex, short, long]: RegExpExecArray): Buffer | undefined {
  if (simple !== undefined) return Buffer.from(GO_ESCAPES.get(simple) ?? '')
  if (octal !== undefined) return byte(Number.parseInt(octal, 8))
  if (hex !== undefined) return byte(Number.parseInt(hex, 16))
  const codePoint = short ?? long
  return codePoint === undefined ? Buffer.from(whole) : character(Number.parseInt(codePoint, 16))
}

function byte(value: number): Buffer | undefined {
  return value > 0xff ? undefined : Buffer.from([value])
}

function character(codePoint: number): Buffer | undefined {
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff
  return codePoint > 0x10ffff || isSurrogate ? undefined : Buffer.from(String.fromCodePoint(codePoint))
}

function stringFault(text: string, offset: number, at: number): Scanned<string> {
  if (text[offset] !== '\\')
    return { kind: 'fault', problem: 'this string has no closing quote on its line', at }
  const escape = text.slice(offset, offset + 2)
  const problem = `${escape} is no escape in a string; write \\\\ for a backslash, or put the string in backquotes`
  return { kind: 'fault', problem, at: offset }
}

const LONE_SURROGATE = /\p{Surrogate}/gu

/** The text with half surrogate pairs replaced, as they have no bytes. */
export function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd')
}

type NumberLiteral =
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'duration'; readonly value: bigint }

const DURATION_RUN = /[0-9A-Za-zµ.]+/y
const HEX_FLOAT = /0[xX][0-9a-fA-F_.]*[pP][+-]?\d+/y
const NUMBER = /(?:0[xXbBoO][0-9a-fA-F_]*)|(?:(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y
const DECIMAL_INT = /^\d+$/
const MISPLACED_UNDERSCORE = /__|_$|_[.eE]|[.eE]_/

/** The integer, float or duration that begins at `at`, where a digit stands or a dot before a digit. */
export function scanNumber(text: string, at: number): Scanned<NumberLiteral> {
  const run = matchAt(DURATION_RUN, text, at)
  const duration = parseDuration(run)
  if (duration !== undefined && !DECIMAL_INT.test(run)) {
    return { kind: 'value', value: { type: 'duration', value: duration }, end: at + run.length }
  }
  const hexFloat = matchAt(HEX_FLOAT, text, at)
  if (hexFloat !== '') {
    return {
      kind: 'fault',
      problem: `${hexFloat}: hexadecimal floats are not supported here`,
      at,
      unsupported: true,
    }
  }
  const digits = matchAt(NUMBER, text, at)
  if (/[0-9A-Za-zµ_]/.test(text[at + digits.length] ?? '')) return numberFault(run, at)
  return /[.eE]/.test(digits) && !/^0[xX]/.test(digits) ? toFloat(digits, at) : toInt(digits, at)
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

function numberFault(found: string, at: number): Scanned<NumberLiteral> {
  return {
    kind: 'fault',
    problem: `${found} is neither a number nor a duration; a duration is written like 1h30m, 1.5s, 250ms or 2d`,
    at,
  }
}

function toFloat(digits: string, at: number): Scanned<NumberLiteral> {
  if (MISPLACED_UNDERSCORE.test(digits)) return numberFault(digits, at)
  const value = Number(digits.replaceAll('_', ''))
  if (!Number.isFinite(value)) return { kind: 'fault', problem: `${digits} does not fit into a float`, at }
  return { kind: 'value', value: { type: 'float', value }, end: at + digits.length }
}

function toInt(digits: string, at: number): Scanned<NumberLiteral> {
  if (!DECIMAL_INT.test(digits)) {
    return { kind: 'fault', problem: `${digits} is no integer; write it in decimal digits only`, at }
  }
  if (digits.startsWith('0') && /[89]/.test(digits)) {
    return { kind: 'fault', problem: `${digits} is no integer; leave out the leading zero`, at }
  }
  const value = BigInt(digits.length > 400 ? digits.slice(0, 400) : digits)
  if (value > MAX_INT) return { kind: 'fault', problem: `${digits} does not fit into 64 bits`, at }
  return { kind: 'value', value: { type: 'int', value }, end: at + digits.length }
}
