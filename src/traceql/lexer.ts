import { SPAN_KINDS, STATUS_CODES } from '../model/span.js'
import { MAX_INT, MIN_INT } from './duration.js'
import { TraceqlError } from './error.js'
import { findIntrinsic, findScopedIntrinsic, INTRINSIC_SCOPES, scopedIntrinsicWords } from './intrinsic.js'
import { scanAttributeName } from './lex-attribute.js'
import type { Scanned } from './literal.js'
import { scanNumber, scanString } from './literal.js'
import type { Token } from './token.js'
import { SYMBOLS } from './token.js'
import type { Attribute, Static } from './tree.js'
import { ATTRIBUTE_SCOPES } from './tree.js'

const BYTE_ORDER_MARK = '\ufeff'
const TRIVIA = /(?:[ \t\r\n]+|\/\/[^\n]*|\/\*[^]*?\*\/)+/y
const WORD = /[\p{L}_][\p{L}\p{Nd}_]*/uy
const PARENT_SCOPE = /(?:span|resource)\./y
const NUMBER_START = /\.?\d/y

/** The words of a query, with an `end` last. Throws `TraceqlError` of stage `syntax` (or `unsupported`). */
export function lex(text: string): readonly Token[] {
  const tokens: Token[] = []
  let offset = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0
  for (;;) {
    offset = skipTrivia(text, offset)
    const token = lexToken(text, offset)
    tokens.push(token)
    if (token.kind === 'end') return tokens
    offset = token.end
  }
}

/** The offset of the next character that is neither white space nor comment. */
function skipTrivia(text: string, at: number): number {
  const end = at + matchAt(TRIVIA, text, at).length
  if (text.startsWith('/*', end)) fail(text, end, 'this comment has no closing */')
  return end
}

function lexToken(text: string, at: number): Token {
  const first = text[at]
  if (first === undefined) return { kind: 'end', at, end: at }
  if (first === '"' || first === '`') return lexString(text, at)
  if (matchAt(NUMBER_START, text, at) !== '') return lexNumber(text, at)
  if (first === '.') return lexAttribute(text, at, at + 1, 'none', false)
  const word = matchAt(WORD, text, at)
  if (word !== '') return lexWord(text, at, word)
  const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, at))
  if (symbol !== undefined) return { kind: 'symbol', symbol, at, end: at + symbol.length }
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return fail(text, at, `the character ${JSON.stringify(character)} has no meaning here`, character)
}

function lexWord(text: string, at: number, word: string): Token {
  const end = at + word.length
  const next = text[end]
  if (next === '.') {
    const scope = ATTRIBUTE_SCOPES.find((candidate) => candidate === word)
    if (scope !== undefined) return lexAttribute(text, at, end + 1, scope, false)
    if (word === 'parent') return lexParentAttribute(text, at, end + 1)
  }
  if (next === ':' && INTRINSIC_SCOPES.has(word)) return lexScopedIntrinsic(text, at, word)
  const literal = wordLiteral(word, at)
  if (literal !== undefined) return { kind: 'static', value: literal, isDigits: false, at, end }
  const intrinsic = findIntrinsic(word)
  if (intrinsic !== undefined)
    return { kind: 'field', field: { kind: 'Intrinsic', name: intrinsic, at }, at, end }
  return { kind: 'word', word, at, end }
}

function wordLiteral(word: string, at: number): Static | undefined {
  if (word === 'true' || word === 'false') return { kind: 'Static', type: 'bool', value: word === 'true', at }
  if (word === 'nil') return { kind: 'Static', type: 'nil', value: undefined, at }
  if (word === 'maxInt') return { kind: 'Static', type: 'int', value: MAX_INT, at }
  if (word === 'minInt') return { kind: 'Static', type: 'int', value: MIN_INT, at }
  const status = STATUS_CODES.find((code) => code === word)
  if (status !== undefined) return { kind: 'Static', type: 'status', value: status, at }
  const kind = SPAN_KINDS.find((candidate) => candidate === word)
  return kind === undefined ? undefined : { kind: 'Static', type: 'kind', value: kind, at }
}

function lexParentAttribute(text: string, at: number, nameAt: number): Token {
  const prefix = matchAt(PARENT_SCOPE, text, nameAt)
  const scope = prefix === 'span.' ? 'span' : prefix === 'resource.' ? 'resource' : 'none'
  return lexAttribute(text, at, nameAt + prefix.length, scope, true)
}

function lexAttribute(
  text: string,
  at: number,
  nameAt: number,
  scope: Attribute['scope'],
  ofParent: boolean,
): Token {
  const name = valueOf(text, scanAttributeName(text, nameAt))
  return {
    kind: 'field',
    field: { kind: 'Attribute', scope, ofParent, name: name.value, at },
    at,
    end: name.end,
  }
}

function lexScopedIntrinsic(text: string, at: number, scope: string): Token {
  const wordAt = skipTrivia(text, at + scope.length + 1)
  const word = matchAt(WORD, text, wordAt)
  const name = findScopedIntrinsic(scope, word)
  if (name !== undefined) {
    return { kind: 'field', field: { kind: 'Intrinsic', name, at }, at, end: wordAt + word.length }
  }
  const expected = scopedIntrinsicWords(scope).join(', ')
  return fail(
    text,
    wordAt,
    `${scope}: knows no ${JSON.stringify(word)}; expected one of ${expected}`,
    word,
    expected,
  )
}

function lexString(text: string, at: number): Token {
  const { value, end } = valueOf(text, scanString(text, at))
  return { kind: 'static', value: { kind: 'Static', type: 'string', value, at }, isDigits: false, at, end }
}

function lexNumber(text: string, at: number): Token {
  const { value, end } = valueOf(text, scanNumber(text, at))
  return { kind: 'static', value: { kind: 'Static', ...value, at }, isDigits: true, at, end }
}

function valueOf<T>(text: string, scanned: Scanned<T>): { readonly value: T; readonly end: number } {
  if (scanned.kind === 'value') return scanned
  const stage = scanned.unsupported ? 'unsupported' : 'syntax'
  throw new TraceqlError({ stage, text, at: scanned.at, problem: scanned.problem })
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

function fail(text: string, at: number, problem: string, found?: string, expected?: string): never {
  throw new TraceqlError({ stage: 'syntax', text, at, problem, found, expected })
}
