import type { Cursor } from './parse-cursor.js'
import { parseField, parseFieldList } from './parse-field.js'
import { parseSpansetFilter } from './parse-stage.js'
import type { Field, MetricsAggregate, MetricsCompare } from './tree.js'
import { COUNT_FUNCTIONS, VALUE_FUNCTIONS } from './tree.js'

const DEFAULT_COMPARE_TOP = 10

/** The metrics stage whose name is at hand, with its `by ( )`; undefined where another word is. */
export function parseMetricsAggregate(cursor: Cursor): MetricsAggregate | MetricsCompare | undefined {
  if (cursor.isWord('compare')) return parseCompare(cursor)
  const { at } = cursor.peek()
  const count = COUNT_FUNCTIONS.find((name) => cursor.isWord(name))
  if (count !== undefined) {
    takeOpening(cursor)
    cursor.expectSymbol(')', `) (${count} takes no argument)`)
    return {
      kind: 'MetricsAggregate',
      function: count,
      field: undefined,
      quantiles: [],
      by: parseBy(cursor),
      at,
    }
  }
  const name = VALUE_FUNCTIONS.find((candidate) => cursor.isWord(candidate))
  if (name !== undefined) {
    takeOpening(cursor)
    const field = parseField(cursor)
    cursor.expectSymbol(')', `) (${name} takes one attribute or intrinsic)`)
    return { kind: 'MetricsAggregate', function: name, field, quantiles: [], by: parseBy(cursor), at }
  }
  return cursor.isWord('quantile_over_time') ? parseQuantile(cursor) : undefined
}

function takeOpening(cursor: Cursor): void {
  cursor.next()
  cursor.expectSymbol('(')
}

function parseQuantile(cursor: Cursor): MetricsAggregate {
  const { at } = cursor.peek()
  takeOpening(cursor)
  const field = parseField(cursor)
  const quantiles: number[] = []
  cursor.expectSymbol(',', ', and a quantile from 0 to 1')
  do quantiles.push(parseUnsignedNumber(cursor))
  while (cursor.acceptSymbol(','))
  cursor.expectSymbol(')', ') or ,')
  return {
    kind: 'MetricsAggregate',
    function: 'quantile_over_time',
    field,
    quantiles,
    by: parseBy(cursor),
    at,
  }
}

function parseBy(cursor: Cursor): readonly Field[] {
  if (!cursor.isWord('by')) return []
  cursor.next()
  return parseFieldList(cursor)
}

function parseCompare(cursor: Cursor): MetricsCompare {
  const { at } = cursor.peek()
  takeOpening(cursor)
  const filter = parseSpansetFilter(cursor)
  const topN = cursor.acceptSymbol(',') ? Number(parseUnsignedInt(cursor)) : DEFAULT_COMPARE_TOP
  const between = cursor.acceptSymbol(',') ? parseBetween(cursor) : undefined
  cursor.expectSymbol(')', ') or ,')
  return { kind: 'MetricsCompare', filter, topN, between, at }
}

function parseBetween(cursor: Cursor): MetricsCompare['between'] {
  const startUnixNano = parseUnsignedInt(cursor)
  cursor.expectSymbol(',', ', and the end of the selection')
  return { startUnixNano, endUnixNano: parseUnsignedInt(cursor) }
}

/** A whole number without sign, written in digits. */
export function parseUnsignedInt(cursor: Cursor): bigint {
  const token = cursor.peek()
  if (token.kind !== 'static' || token.value.type !== 'int' || !token.isDigits) {
    return cursor.failExpecting('a whole number')
  }
  cursor.next()
  return token.value.value
}

function parseUnsignedNumber(cursor: Cursor): number {
  const token = cursor.peek()
  if (
    token.kind !== 'static' ||
    (token.value.type !== 'int' && token.value.type !== 'float') ||
    !token.isDigits
  ) {
    return cursor.failExpecting('a number')
  }
  cursor.next()
  return Number(token.value.value)
}
