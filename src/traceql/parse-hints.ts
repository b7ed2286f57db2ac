import type { Cursor } from './parse-cursor.js'
import type { Hint, Static } from './tree.js'

/** The hints of `with (name = value, …)`, any number of times; the last `with` counts. */
export function parseHints(cursor: Cursor): readonly Hint[] {
  let hints: readonly Hint[] = []
  while (cursor.isWord('with')) {
    cursor.next()
    hints = parseHintList(cursor)
  }
  return hints
}

const RESERVED: ReadonlySet<string> = new Set([
  'by',
  'select',
  'coalesce',
  'with',
  'count',
  'avg',
  'min',
  'max',
  'sum',
  'rate',
  'count_over_time',
  'min_over_time',
  'max_over_time',
  'sum_over_time',
  'avg_over_time',
  'quantile_over_time',
  'histogram_over_time',
  'compare',
  'topk',
  'bottomk',
])

function parseHintList(cursor: Cursor): readonly Hint[] {
  cursor.expectSymbol('(')
  const hints = [parseHint(cursor)]
  while (cursor.acceptSymbol(',')) hints.push(parseHint(cursor))
  cursor.expectSymbol(')', ') or ,')
  return hints
}

function parseHint(cursor: Cursor): Hint {
  const token = cursor.peek()
  if (token.kind !== 'word' || RESERVED.has(token.word)) return cursor.failExpecting('the name of a hint')
  cursor.next()
  cursor.expectSymbol('=')
  return { kind: 'Hint', name: token.word, value: parseHintValue(cursor), at: token.at }
}

function parseHintValue(cursor: Cursor): Static {
  const token = cursor.peek()
  if (token.kind !== 'static' || token.value.type === 'nil') return cursor.failExpecting('a literal')
  cursor.next()
  return token.value
}
