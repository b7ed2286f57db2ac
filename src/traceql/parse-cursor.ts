import type { TraceqlErrorStage } from './error.js'
import { TraceqlError } from './error.js'
import type { Token, TokenSymbol } from './token.js'

/** Parentheses within parentheses, signs before signs: deeper is refused rather than risking the stack. */
const DEEPEST_NESTING = 200
const LONGEST_QUOTE = 40

/** The place of a parser in the words of a query. */
export interface Cursor {
  /** The word at hand. */
  peek(): Token
  /** The word after it. */
  peekNext(): Token
  /** Takes the word at hand. */
  next(): Token
  isSymbol(...symbols: readonly TokenSymbol[]): boolean
  isWord(...words: readonly string[]): boolean
  /** Takes the word at hand if it is this sign. */
  acceptSymbol(symbol: TokenSymbol): boolean
  /** Takes this sign, or throws. */
  expectSymbol(symbol: TokenSymbol, expected?: string): Token
  /** Throws: the word at hand is not what was expected. */
  failExpecting(expected: string): never
  fail(at: number, problem: string, stage?: TraceqlErrorStage): never
  /** Runs `parse` one level deeper. */
  nested<T>(parse: () => T): T
}

/** A cursor at the first of a query's words, which end with an `end`. */
export function createCursor(text: string, tokens: readonly Token[]): Cursor {
  let index = 0
  let depth = 0
  const end: Token = tokens.at(-1) ?? { kind: 'end', at: text.length, end: text.length }
  const peek = (): Token => tokens[index] ?? end

  const fail = (at: number, problem: string, stage: TraceqlErrorStage = 'syntax'): never => {
    throw new TraceqlError({ stage, text, at, problem })
  }
  const failExpecting = (expected: string): never => {
    const found = describe(peek(), text)
    const problem = `unexpected ${found}, expected ${expected}`
    throw new TraceqlError({ stage: 'syntax', text, at: peek().at, problem, found, expected })
  }
  const next = (): Token => {
    const token = peek()
    index += 1
    return token
  }
  const isSymbol = (...symbols: readonly TokenSymbol[]): boolean => {
    const token = peek()
    return token.kind === 'symbol' && symbols.includes(token.symbol)
  }
  return {
    peek,
    peekNext: () => tokens[index + 1] ?? end,
    next,
    isSymbol,
    isWord: (...words) => {
      const token = peek()
      return token.kind === 'word' && words.includes(token.word)
    },
    acceptSymbol: (symbol) => {
      const accepted = isSymbol(symbol)
      if (accepted) index += 1
      return accepted
    },
    expectSymbol: (symbol, expected = symbol) => (isSymbol(symbol) ? next() : failExpecting(expected)),
    failExpecting,
    fail,
    nested: (parse) => {
      if (depth >= DEEPEST_NESTING) {
        fail(peek().at, `nesting deeper than ${DEEPEST_NESTING} levels is not supported here`, 'unsupported')
      }
      depth += 1
      const parsed = parse()
      depth -= 1
      return parsed
    },
  }
}

function describe(token: Token, text: string): string {
  if (token.kind === 'end') return 'end of query'
  const quoted = text.slice(token.at, token.end)
  return quoted.length > LONGEST_QUOTE ? `${quoted.slice(0, LONGEST_QUOTE)}…` : quoted
}
