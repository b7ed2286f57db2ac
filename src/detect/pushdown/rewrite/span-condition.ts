import type {
  BinaryOperation,
  FieldExpression,
  Pipeline,
  PipelineStage,
  SpansetExpression,
} from '../../../traceql/index.js'
import { isNumberStatic } from './compare-numbers.js'
import { ALWAYS, allOf, anyOf } from './conditions.js'
import { fieldsOf, isOfItem, isOfTrace } from './fields.js'
import { holdsOfOrder, isComparison, turnOperator } from './operators.js'

/**
 * The one condition by which a pipeline chooses spans, each by itself. Undefined for a pipeline that looks at other spans
 * of the trace too, at what is known of whole traces only, or at events and links.
 */
export function toSpanCondition({ stages }: Pipeline): FieldExpression | undefined {
  const conditions = stages.map(toStageCondition)
  const known = conditions.filter((each) => each !== undefined)
  if (known.length < conditions.length) return undefined
  const condition = allOf(...known)
  return isOfSpanAlone(condition) ? condition : undefined
}

function toStageCondition(stage: PipelineStage): FieldExpression | undefined {
  switch (stage.kind) {
    case 'SpansetFilter':
    case 'SpansetOperation':
    case 'Pipeline':
      return toSpansetCondition(stage)
    case 'SelectOperation':
    case 'GroupOperation':
    case 'CoalesceOperation':
      return ALWAYS
    case 'ScalarFilter':
      return undefined
  }
}

function toSpansetCondition(expression: SpansetExpression): FieldExpression | undefined {
  if (expression.kind === 'SpansetFilter') return expression.expression
  if (expression.kind === 'Pipeline') return toSpanCondition(expression)
  if (expression.operator !== '||') return undefined
  const left = toSpansetCondition(expression.left)
  const right = toSpansetCondition(expression.right)
  return left && right && anyOf(left, right)
}

/** Whether the span alone tells, without its events and links. */
export function isOfSpanAlone(expression: FieldExpression): boolean {
  if (fieldsOf(expression).some(isOfItem)) return false
  return !dependsOnTrace(expression)
}

function dependsOnTrace(expression: FieldExpression): boolean {
  switch (expression.kind) {
    case 'Static':
      return false
    case 'Attribute':
    case 'Intrinsic':
      return isOfTrace(expression)
    case 'UnaryOperation':
    case 'NilComparison':
      return dependsOnTrace(expression.operand)
    case 'BinaryOperation':
      if (asksForRoot(expression)) return false
      return dependsOnTrace(expression.left) || dependsOnTrace(expression.right)
  }
}

const OTHER_PARENTS = [0n, 1n, 2n ** 40n]

/** `nestedSetParent < 0` and its like, which only tell whether a span is a root: it has no parent then. */
function asksForRoot({ operator, left, right }: BinaryOperation): boolean {
  if (!isComparison(operator)) return false
  const turned = left.kind === 'Static' ? turnOperator(operator) : operator
  const [field, literal] = left.kind === 'Static' ? [right, left] : [left, right]
  if (field.kind !== 'Intrinsic' || field.name !== 'nestedSetParent' || !isNumberStatic(literal)) return false
  if (turned === undefined || turned === '=~' || turned === '!~') return false
  return (
    new Set(OTHER_PARENTS.map((parent) => holdsOfOrder(turned, Number(parent), Number(literal.value))))
      .size === 1
  )
}
