import { MATCH_OPERATORS, type Matcher, type MatchOperator } from './matcher.js'
import { MatcherError } from './matcher-error.js'
import { readQuoted } from './read-quoted.js'

/** What ends a name or value without quotes. */
const BARE = /[^{}!=~,\\"'`\s]+/uy
const SPACES = /\s*/uy
const OPERATOR = /=~|!=|!~|=/y

interface Cursor {
  readonly text: string
  at: number
}

/**
 * Reads matchers in Alertmanager's syntax of today, in which names may have any characters: a list with commas, in
 * braces or not. Throws `MatcherError`.
 */
export function parseUtf8Matchers(text: string): readonly Matcher[] {
  const cursor: Cursor = { text, at: 0 }
  const hasBrace = takeSign(cursor, '{')
  const matchers: Matcher[] = []
  let wantsMore = !isAtEnd(cursor, hasBrace)
  while (wantsMore) {
    matchers.push(readMatcher(cursor))
    wantsMore = takeSign(cursor, ',') && !isAtEnd(cursor, hasBrace)
  }
  if (hasBrace && !takeSign(cursor, '}')) throw unexpected(cursor, 'a comma or a closing brace')
  skipSpaces(cursor)
  if (cursor.at < text.length) throw unexpected(cursor, hasBrace ? 'nothing more' : 'a comma or the end')
  return matchers
}

function isAtEnd(cursor: Cursor, hasBrace: boolean): boolean {
  skipSpaces(cursor)
  const next = cursor.text[cursor.at]
  return next === undefined || (hasBrace && next === '}')
}

function readMatcher(cursor: Cursor): Matcher {
  skipSpaces(cursor)
  const start = cursor.at
  const name = readText(cursor, 'the name of a label')
  if (name === '') throw new MatcherError(start, 'found an empty name, expected the name of a label')
  return { name, operator: readOperator(cursor), value: readText(cursor, 'a value, in quotes or without') }
}

function readOperator(cursor: Cursor): MatchOperator {
  skipSpaces(cursor)
  const found = take(cursor, OPERATOR)
  const operator = MATCH_OPERATORS.find((each) => each === found)
  if (operator === undefined) throw unexpected(cursor, 'one of =, !=, =~ and !~')
  return operator
}

function readText(cursor: Cursor, expected: string): string {
  skipSpaces(cursor)
  if (cursor.text[cursor.at] === '"') return readQuoted(cursor)
  const bare = take(cursor, BARE)
  if (bare === '') throw unexpected(cursor, expected)
  return bare
}

function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)?.[0] ?? ''
  cursor.at += found.length
  return found
}

function takeSign(cursor: Cursor, sign: string): boolean {
  skipSpaces(cursor)
  const isThere = cursor.text[cursor.at] === sign
  if (isThere) cursor.at += 1
  return isThere
}

function skipSpaces(cursor: Cursor): void {
  take(cursor, SPACES)
}

function unexpected({ text, at }: Cursor, expected: string): MatcherError {
  const rest = text.slice(at, at + 20)
  const found = rest === '' ? 'the end' : JSON.stringify(rest)
  return new MatcherError(at, `found ${found}, expected ${expected}`)
}
