import type { Span } from '../model/span.js'
import { compileSpanCondition } from './compile-filter.js'
import { isArithmetic } from './field-type.js'
import { createFrame } from './frame.js'
import type { IntrinsicName } from './intrinsic.js'
import { TraceContext } from './trace-context.js'
import type { FieldExpression, Pipeline, SpansetExpression, SpansetFilter, SpansetOperation } from './tree.js'

/** Whether a span passes, told by the span alone. */
export type SpanTest = (span: Span) => boolean

/**
 * A test that a span of every trace passes that this pipeline matches: a trace without such a span need not be looked at.
 * Undefined where there is none that a span alone can tell, and where skipping a trace would hide that the query fails
 * on it.
 */
export function compileSpanTest({ stages }: Pipeline, text: string): SpanTest | undefined {
  const [first] = stages
  if (first === undefined || !isSpansetExpression(first) || mayFail(first)) return undefined
  return compileExpression(first, text)
}

function compileExpression(expression: SpansetExpression, text: string): SpanTest | undefined {
  switch (expression.kind) {
    case 'Pipeline':
      return compileSpanTest(expression, text)
    case 'SpansetFilter':
      return compileFilterTest(expression, text)
    case 'SpansetOperation':
      return compileOperationTest(expression, text)
  }
}

/** Of all operators but `||` both sides, or at least the right one, must be there; a negated one needs the right. */
function compileOperationTest(
  { operator, left, right }: SpansetOperation,
  text: string,
): SpanTest | undefined {
  const rightTest = compileExpression(right, text)
  if (operator !== '||' && rightTest !== undefined) return rightTest
  if (operator.startsWith('!')) return undefined
  const leftTest = compileExpression(left, text)
  if (operator !== '||') return leftTest
  return leftTest && rightTest && ((span) => leftTest(span) || rightTest(span))
}

function compileFilterTest({ expression }: SpansetFilter, text: string): SpanTest | undefined {
  if (expression.kind === 'Static' || asksForTrace(expression)) return undefined
  const holds = compileSpanCondition(expression, { text, choice: 'each' })
  const context = new TraceContext({ traceId: '', spans: [] })
  return (span) => holds(createFrame(context, span))
}

/** What is worked out of all spans of a trace. */
const OF_THE_TRACE: ReadonlySet<IntrinsicName> = new Set([
  'rootName',
  'rootServiceName',
  'traceDuration',
  'nestedSetLeft',
  'nestedSetRight',
  'nestedSetParent',
  'span:childCount',
  'trace:id',
])

function asksForTrace(expression: FieldExpression): boolean {
  switch (expression.kind) {
    case 'Static':
    case 'Attribute':
      return false
    case 'Intrinsic':
      return OF_THE_TRACE.has(expression.name)
    case 'UnaryOperation':
    case 'NilComparison':
      return asksForTrace(expression.operand)
    case 'BinaryOperation':
      return asksForTrace(expression.left) || asksForTrace(expression.right)
  }
}

/** Whether evaluation can end in an error: arithmetic can, and so can comparing what both may be arrays. */
function mayFail(expression: SpansetExpression): boolean {
  switch (expression.kind) {
    case 'Pipeline':
      return expression.stages.some((stage) => !isSpansetExpression(stage) || mayFail(stage))
    case 'SpansetOperation':
      return mayFail(expression.left) || mayFail(expression.right)
    case 'SpansetFilter':
      return mayFieldFail(expression.expression)
  }
}

function isSpansetExpression(stage: Pipeline['stages'][number]): stage is SpansetExpression {
  return stage.kind === 'SpansetFilter' || stage.kind === 'SpansetOperation' || stage.kind === 'Pipeline'
}

function mayFieldFail(expression: FieldExpression): boolean {
  switch (expression.kind) {
    case 'Static':
    case 'Attribute':
    case 'Intrinsic':
      return false
    case 'UnaryOperation':
      return true
    case 'NilComparison':
      return mayFieldFail(expression.operand)
    case 'BinaryOperation': {
      const { operator, left, right } = expression
      if (isArithmetic(operator)) return true
      const isLogical = operator === '&&' || operator === '||'
      if (!isLogical && left.kind !== 'Static' && right.kind !== 'Static') return true
      return mayFieldFail(left) || mayFieldFail(right)
    }
  }
}
