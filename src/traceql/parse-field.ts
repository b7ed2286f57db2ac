import type { Cursor } from './parse-cursor.js'
import { binaryPrecedence, isBinaryOperator, PRECEDENCE } from './precedence.js'
import type { Token } from './token.js'
import type { BinaryOperator, Field, FieldExpression, NilComparison, UnaryOperation } from './tree.js'

/** A field expression, as it stands in `{ }`, `by( )` and `max( )`. */
export function parseFieldExpression(cursor: Cursor): FieldExpression {
  return parseFrom(cursor, PRECEDENCE.logical)
}

/** One attribute or intrinsic. */
export function parseField(cursor: Cursor): Field {
  const token = cursor.peek()
  if (token.kind !== 'field')
    return cursor.failExpecting('an attribute such as span.http.method, or an intrinsic')
  cursor.next()
  return token.field
}

/** One or more fields with commas between, in parentheses. */
export function parseFieldList(cursor: Cursor): readonly Field[] {
  cursor.expectSymbol('(')
  const fields = [parseField(cursor)]
  while (cursor.acceptSymbol(',')) fields.push(parseField(cursor))
  cursor.expectSymbol(')', ') or ,')
  return fields
}

/** An expression whose operators all bind at least as tightly as `minimum`. */
function parseFrom(cursor: Cursor, minimum: number): FieldExpression {
  let left = parseOperand(cursor)
  for (;;) {
    const operator = binaryOperatorAt(cursor.peek())
    if (operator === undefined || binaryPrecedence(operator) < minimum) return left
    left = parseOperation(cursor, left, operator)
  }
}

function binaryOperatorAt(token: Token): BinaryOperator | undefined {
  return token.kind === 'symbol' && isBinaryOperator(token.symbol) ? token.symbol : undefined
}

function parseOperation(cursor: Cursor, left: FieldExpression, operator: BinaryOperator): FieldExpression {
  const { at } = cursor.next()
  if ((operator === '=' || operator === '!=') && isNil(cursor.peek())) {
    cursor.next()
    return { kind: 'NilComparison', operator, operand: left, at }
  }
  const precedence = binaryPrecedence(operator)
  const right = cursor.nested(() => parseFrom(cursor, operator === '^' ? precedence : precedence + 1))
  return { kind: 'BinaryOperation', operator, left, right, at }
}

function isNil(token: Token): boolean {
  return token.kind === 'static' && token.value.type === 'nil'
}

function parseOperand(cursor: Cursor): FieldExpression {
  const token = cursor.peek()
  if (token.kind === 'field') {
    cursor.next()
    return token.field
  }
  if (isNil(token)) return parseNilFirst(cursor)
  if (token.kind === 'static') {
    cursor.next()
    return token.value
  }
  if (cursor.isSymbol('(')) return parseParenthesised(cursor)
  if (cursor.isSymbol('-')) return parseUnary(cursor, '-', PRECEDENCE.sum)
  if (cursor.isSymbol('!')) return parseUnary(cursor, '!', PRECEDENCE.not)
  return cursor.failExpecting(expectedOperand(token))
}

function expectedOperand(token: Token): string {
  const words = 'an attribute, an intrinsic or a literal'
  return token.kind === 'word'
    ? `${words} (an attribute has its scope before it: span.${token.word}, .${token.word})`
    : words
}

function parseUnary(cursor: Cursor, operator: '-' | '!', precedence: number): UnaryOperation {
  const { at } = cursor.next()
  const operand = cursor.nested(() => parseFrom(cursor, precedence + 1))
  return { kind: 'UnaryOperation', operator, operand, at }
}

function parseParenthesised(cursor: Cursor): FieldExpression {
  cursor.next()
  const inner = cursor.nested(() => parseFieldExpression(cursor))
  cursor.expectSymbol(')', ') or an operator')
  return inner
}

/** `nil = …` and `nil != …`, the only ways in which nil may come first. */
function parseNilFirst(cursor: Cursor): NilComparison {
  cursor.next()
  const operator = cursor.isSymbol('=') ? '=' : cursor.isSymbol('!=') ? '!=' : undefined
  if (operator === undefined) return cursor.failExpecting('= or != (nil has no other comparison)')
  const { at } = cursor.next()
  const second = cursor.peek()
  if (second.kind === 'static' && second.value.type === 'nil') {
    cursor.next()
    return { kind: 'NilComparison', operator, operand: second.value, at }
  }
  const operand = cursor.nested(() => parseFrom(cursor, PRECEDENCE.comparison + 1))
  return { kind: 'NilComparison', operator, operand, at }
}
