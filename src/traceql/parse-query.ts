import { negateConstant, type ScalarOperator } from './constant.js'
import type { Operand } from './operand.js'
import { combineArithmetic, combineSpansets, compareNumbers, isNumeric } from './operand.js'
import type { Cursor } from './parse-cursor.js'
import { parseMetricsAggregate, parseUnsignedInt } from './parse-metrics.js'
import {
  aggregateAt,
  parseAggregate,
  parseCoalesce,
  parseGroup,
  parseSelect,
  parseSpansetFilter,
} from './parse-stage.js'
import { isSpansetOperator, PRECEDENCE, spansetPrecedence } from './precedence.js'
import type { MetricsExpression, OrderOperator, Pipeline, PipelineStage, Static } from './tree.js'

/** What a query is about, hints aside. */
export function parseRoot(cursor: Cursor): Pipeline | MetricsExpression {
  const { at } = cursor.peek()
  const body = parseBody(cursor)
  if (isNumeric(body)) return cursor.failExpecting('a comparison such as > 1')
  if (body.sort === 'metrics') return parseSecondStages(cursor, body.node)
  return body.node.kind === 'Pipeline' ? body.node : { kind: 'Pipeline', stages: [body.node], at }
}

/**
 * A whole query, or what stands between parentheses. There, second stages belong to a pipeline; those of arithmetic
 * stand at the end of the query.
 */
function parseBody(cursor: Cursor): Operand {
  const head = parseHead(cursor)
  if (!isStage(head)) return head
  const body = parsePipeline(cursor, head)
  return body.sort === 'metrics' ? { sort: 'metrics', node: parseSecondStages(cursor, body.node) } : body
}

interface NamedStage {
  readonly sort: 'stage'
  readonly node: PipelineStage
}

function parseHead(cursor: Cursor): Operand | NamedStage {
  const named = cursor.isWord('by', 'select') ? parseNamedStage(cursor) : undefined
  return named === undefined ? parseOperators(cursor, PRECEDENCE.logical) : { sort: 'stage', node: named }
}

/** Whether a pipe may follow: a pipeline in parentheses is complete. */
function isStage(
  head: Operand | NamedStage,
): head is Extract<Operand, { sort: 'spanset' | 'filter' }> | NamedStage {
  return head.sort === 'stage' || head.sort === 'spanset' || (head.sort === 'filter' && !head.ofPipelines)
}

function parsePipeline(
  cursor: Cursor,
  head: Extract<Operand, { sort: 'spanset' | 'filter' }> | NamedStage,
): Operand {
  const { at } = head.node
  const stages: PipelineStage[] = [head.node]
  while (cursor.acceptSymbol('|')) {
    const aggregate = parseMetricsAggregate(cursor)
    if (aggregate !== undefined) {
      const pipeline: Pipeline = { kind: 'Pipeline', stages, at }
      return { sort: 'metrics', node: { kind: 'MetricsPipeline', pipeline, aggregate, at } }
    }
    const stage = parseStage(cursor)
    if (stage.sort === 'aggregate') {
      return { sort: 'scalarPipeline', node: { kind: 'ScalarPipeline', stages, scalar: stage.node, at } }
    }
    stages.push(stage.node)
  }
  if (stages.length === 1 && head.sort !== 'stage') return head
  return { sort: 'pipeline', node: { kind: 'Pipeline', stages, at } }
}

function parseNamedStage(cursor: Cursor): PipelineStage | undefined {
  if (cursor.isWord('by')) return parseGroup(cursor)
  if (cursor.isWord('select')) return parseSelect(cursor)
  return cursor.isWord('coalesce') ? parseCoalesce(cursor) : undefined
}

/** A stage behind a pipe; an aggregate without comparison may end a pipeline in parentheses. */
function parseStage(cursor: Cursor): NamedStage | Extract<Operand, { sort: 'aggregate' }> {
  const named = parseNamedStage(cursor)
  if (named !== undefined) return { sort: 'stage', node: named }
  const operand = parseOperators(cursor, PRECEDENCE.logical)
  if (operand.sort === 'aggregate') return operand
  if (operand.sort === 'spanset' || (operand.sort === 'filter' && !operand.ofPipelines)) {
    return { sort: 'stage', node: operand.node }
  }
  if (operand.sort === 'constant')
    return cursor.failExpecting('a comparison with an aggregate, such as > count()')
  return cursor.fail(operand.node.at, 'a pipeline in parentheses can stand at the beginning of a query only')
}

/** `| topk(n)`, `| bottomk(n)` and comparisons, as many as there are. */
function parseSecondStages(cursor: Cursor, first: MetricsExpression): MetricsExpression {
  let source = first
  for (;;) {
    const operator = orderOperatorAt(cursor)
    if (operator !== undefined) {
      const { at } = cursor.next()
      source = { kind: 'SeriesFilter', operator, value: parseConstant(cursor), source, at }
    } else if (cursor.acceptSymbol('|')) {
      source = parseRanking(cursor, source)
    } else {
      return source
    }
  }
}

function parseRanking(cursor: Cursor, source: MetricsExpression): MetricsExpression {
  const name = (['topk', 'bottomk'] as const).find((candidate) => cursor.isWord(candidate))
  if (name === undefined) return cursor.failExpecting('topk or bottomk')
  const { at } = cursor.next()
  cursor.expectSymbol('(')
  const limit = Number(parseUnsignedInt(cursor))
  cursor.expectSymbol(')')
  return { kind: 'SeriesRanking', function: name, limit, source, at }
}

function parseConstant(cursor: Cursor): Static {
  const operand = parseOperators(cursor, PRECEDENCE.sum)
  return operand.sort === 'constant'
    ? operand.node
    : cursor.fail(operand.node.at, 'expected a number or a duration')
}

/** Operands with operators between them that all bind at least as tightly as `minimum`. */
function parseOperators(cursor: Cursor, minimum: number): Operand {
  let left = parseOperand(cursor)
  for (;;) {
    const parsed = parseOperation(cursor, left, minimum)
    if (parsed === undefined) return left
    left = parsed
  }
}

/** `left` with the operator at hand, if that one fits and binds tightly enough. */
function parseOperation(cursor: Cursor, left: Operand, minimum: number): Operand | undefined {
  const token = cursor.peek()
  if (token.kind !== 'symbol' || left.sort === 'filter') return undefined
  const { symbol, at } = token
  const parseRight = (precedence: number): Operand => {
    cursor.next()
    return cursor.nested(() => parseOperators(cursor, precedence + 1))
  }
  if (left.sort === 'spanset' || left.sort === 'pipeline') {
    if (!isSpansetOperator(symbol) || spansetPrecedence(symbol) < minimum) return undefined
    return combineSpansets(cursor, left, symbol, at, parseRight(spansetPrecedence(symbol)))
  }
  const arithmetic = scalarOperator(symbol)
  if (arithmetic !== undefined) {
    const precedence = arithmetic === '+' || arithmetic === '-' ? PRECEDENCE.sum : PRECEDENCE.product
    return precedence < minimum
      ? undefined
      : combineArithmetic(cursor, left, arithmetic, at, parseRight(precedence))
  }
  const comparison = orderOperatorAt(cursor)
  if (comparison === undefined || left.sort === 'metrics' || PRECEDENCE.comparison < minimum) return undefined
  return compareNumbers(cursor, left, comparison, at, parseRight(PRECEDENCE.comparison))
}

function scalarOperator(symbol: string): ScalarOperator | undefined {
  return (['+', '-', '*', '/'] as const).find((operator) => operator === symbol)
}

function orderOperatorAt(cursor: Cursor): OrderOperator | undefined {
  return (['=', '!=', '<', '<=', '>', '>='] as const).find((operator) => cursor.isSymbol(operator))
}

function parseOperand(cursor: Cursor): Operand {
  const token = cursor.peek()
  if (cursor.isSymbol('{')) return { sort: 'spanset', node: parseSpansetFilter(cursor), isWrapped: false }
  if (cursor.isSymbol('(')) return parseParenthesised(cursor)
  if (cursor.isSymbol('-')) return parseNegative(cursor)
  const aggregate = aggregateAt(cursor)
  if (aggregate !== undefined) return { sort: 'aggregate', node: parseAggregate(cursor, aggregate) }
  if (token.kind !== 'static' || !token.isDigits) {
    return cursor.failExpecting('{, (, a number, or an aggregate such as count()')
  }
  cursor.next()
  return { sort: 'constant', node: token.value }
}

function parseNegative(cursor: Cursor): Operand {
  const { at } = cursor.next()
  const operand = cursor.nested(() => parseOperand(cursor))
  if (operand.sort !== 'constant')
    return cursor.fail(operand.node.at, 'a sign can stand before a number only')
  return { sort: 'constant', node: negateConstant(operand.node, at) }
}

function parseParenthesised(cursor: Cursor): Operand {
  cursor.next()
  const body = cursor.nested(() => parseBody(cursor))
  cursor.expectSymbol(
    ')',
    body.sort === 'metrics' || body.sort === 'constant' ? ') or an operator' : '), | or an operator',
  )
  if (body.sort === 'spanset') return { ...body, isWrapped: true }
  if (body.sort !== 'filter') return body
  return { sort: 'pipeline', node: { kind: 'Pipeline', stages: [body.node], at: body.node.at } }
}
