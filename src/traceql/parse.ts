import { TraceqlError } from './error.js'
import { lex } from './lexer.js'
import { createCursor } from './parse-cursor.js'
import { parseHints } from './parse-hints.js'
import { parseRoot } from './parse-query.js'
import type { Query } from './tree.js'

const LONGEST_QUERY = 128 * 1024
/** What is done with a tree goes down it by recursion, so its depth is bounded. */
const DEEPEST_TREE = 1000

/**
 * Parses a TraceQL query, a search or a metrics query. Accepts what Tempo's parser accepts; whether the query makes
 * sense is for `check` to say. Throws `TraceqlError` of stage `syntax`, or `unsupported` for a query that is too long
 * or too deep.
 */
export function parse(text: string): Query {
  if (text.length > LONGEST_QUERY) {
    throw new TraceqlError({
      stage: 'unsupported',
      text: '',
      at: 0,
      problem: `a query of ${text.length} characters is not supported here; the longest is ${LONGEST_QUERY}`,
    })
  }
  const cursor = createCursor(text, lex(text))
  const root = parseRoot(cursor)
  const hints = parseHints(cursor)
  if (cursor.peek().kind !== 'end') cursor.failExpecting('|, an operator or the end of the query')
  if (depth(root) > DEEPEST_TREE) {
    cursor.fail(root.at, `more than ${DEEPEST_TREE} operators in a row are not supported here`, 'unsupported')
  }
  return { kind: 'Query', text, root, hints, at: 0 }
}

/** Without recursion, as the tree may be as deep as the query is long. */
function depth(root: object): number {
  let deepest = 0
  const waiting: { readonly node: unknown; readonly depth: number }[] = [{ node: root, depth: 1 }]
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    deepest = Math.max(deepest, item.depth)
    if (typeof item.node !== 'object' || item.node === null) continue
    for (const child of Object.values(item.node)) waiting.push({ node: child, depth: item.depth + 1 })
  }
  return deepest
}
