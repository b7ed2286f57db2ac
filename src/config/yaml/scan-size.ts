import { Lexer, type CST } from 'yaml'

/** Marks of the lexer that stand for no text of the file. */
const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f'])
const SCALAR_FOLLOWS = '\u001f'

/** Files of 5,000 rules have as many. */
const MOST_TOKENS = 500_000

/** What is too much of a text, and where. */
export interface TooMuch {
  readonly at: number
  readonly problem: string
}

/**
 * Whether a text nests deeper than so many levels inside of brackets or within a line, or has too many parts. It is looked
 * for before the text is parsed, as the parser takes a kilobyte of memory for each.
 */
export function scanText(text: string, deepest: number): TooMuch | undefined {
  let [at, inBrackets, inLine, count] = [0, 0, 0, 0]
  let isScalar = false
  for (const token of new Lexer().lex(text)) {
    count += 1
    if (count > MOST_TOKENS) return { at, problem: `more than ${MOST_TOKENS} words and signs` }
    if (isScalar || MARKS.has(token)) {
      isScalar = token === SCALAR_FOLLOWS && !isScalar
    } else {
      if (token === '[' || token === '{') inBrackets += 1
      else if (token === ']' || token === '}') inBrackets = Math.max(inBrackets - 1, 0)
      else if (token.includes('\n')) inLine = 0
      else if (token === '-' || token === '?' || (token === ':' && inBrackets === 0)) inLine += 1
      if (inBrackets > deepest || inLine > deepest) return tooDeep(at, deepest)
    }
    if (!MARKS.has(token)) at += token.length
  }
  return undefined
}

/** Whether parsed tokens nest deeper, over lines. Does not itself recurse. */
export function scanTokens(tokens: readonly CST.Token[], deepest: number): TooMuch | undefined {
  const waiting = tokens.map((token) => ({ token, depth: 0 }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next
    // A document holds what it holds at no depth of its own.
    if (depth > deepest + 1) return tooDeep('offset' in token ? token.offset : 0, deepest)
    for (const child of childrenOf(token)) waiting.push({ token: child, depth: depth + 1 })
  }
  return undefined
}

function tooDeep(at: number, deepest: number): TooMuch {
  return { at, problem: `nested more than ${deepest} levels deep` }
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value]
  if (!('items' in token)) return []
  return token.items.flatMap(({ key, value }) => [key ?? [], value ?? []].flat())
}
