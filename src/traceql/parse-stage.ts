import { parseFieldExpression, parseFieldList } from './parse-field.js'
import type { Cursor } from './parse-cursor.js'
import type {
  Aggregate,
  AggregateFunction,
  CoalesceOperation,
  GroupOperation,
  SelectOperation,
  SpansetFilter,
} from './tree.js'
import { AGGREGATE_FUNCTIONS } from './tree.js'

/** `{ … }`; empty braces hold for every span. */
export function parseSpansetFilter(cursor: Cursor): SpansetFilter {
  const { at } = cursor.expectSymbol('{')
  if (cursor.acceptSymbol('}')) {
    return { kind: 'SpansetFilter', expression: { kind: 'Static', type: 'bool', value: true, at }, at }
  }
  const expression = parseFieldExpression(cursor)
  cursor.expectSymbol('}', '} or an operator')
  return { kind: 'SpansetFilter', expression, at }
}

/** The function of an aggregate whose name is at hand. */
export function aggregateAt(cursor: Cursor): AggregateFunction | undefined {
  return AGGREGATE_FUNCTIONS.find((name) => cursor.isWord(name))
}

/** `count()`, or another aggregate of an expression. */
export function parseAggregate(cursor: Cursor, name: AggregateFunction): Aggregate {
  const { at } = cursor.next()
  cursor.expectSymbol('(')
  const expression = name === 'count' ? undefined : parseFieldExpression(cursor)
  cursor.expectSymbol(')', name === 'count' ? ') (count takes no argument)' : ') or an operator')
  return { kind: 'Aggregate', function: name, expression, at }
}

/** `by(expression)`. */
export function parseGroup(cursor: Cursor): GroupOperation {
  const { at } = cursor.next()
  cursor.expectSymbol('(')
  const expression = parseFieldExpression(cursor)
  cursor.expectSymbol(')', ') or an operator')
  return { kind: 'GroupOperation', expression, at }
}

/** `coalesce()`. */
export function parseCoalesce(cursor: Cursor): CoalesceOperation {
  const { at } = cursor.next()
  cursor.expectSymbol('(')
  cursor.expectSymbol(')')
  return { kind: 'CoalesceOperation', at }
}

/** `select(field, …)`. */
export function parseSelect(cursor: Cursor): SelectOperation {
  const { at } = cursor.next()
  return { kind: 'SelectOperation', fields: parseFieldList(cursor), at }
}
