import type {
  BinaryOperation,
  FieldExpression,
  Pipeline,
  PipelineStage,
  SpansetExpression,
} from '../../../traceql/index.js'
import { isNumberStatic } from './compare-numbers.js'
import { fieldsOf, isOfItem } from './fields.js'
import { isComparison } from './operators.js'

/** Why a Tempo is not asked for a pipeline as it is written, in words; nothing where it may be. */
export function whyRewritten(pipeline: Pipeline): readonly string[] {
  return [...new Set([...pipeline.stages.flatMap(ofStage), ...ofOrder(pipeline.stages)])]
}

function ofStage(stage: PipelineStage): readonly string[] {
  switch (stage.kind) {
    case 'SpansetFilter':
    case 'SpansetOperation':
    case 'Pipeline':
      return ofSpansets(stage)
    case 'ScalarFilter':
      return stage.left.kind === 'Aggregate' && readsAttribute(stage.left.expression)
        ? ['an aggregate of an attribute fails where a span lacks it']
        : []
    case 'GroupOperation':
      return stage.expression.kind === 'Attribute' || stage.expression.kind === 'Intrinsic'
        ? []
        : ['of a comparison that is grouped by, only the values that compare so are read']
    case 'CoalesceOperation':
    case 'SelectOperation':
      return []
  }
}

function readsAttribute(expression: FieldExpression | undefined): boolean {
  return expression !== undefined && fieldsOf(expression).some(({ kind }) => kind === 'Attribute')
}

function ofSpansets(expression: SpansetExpression): readonly string[] {
  if (expression.kind === 'Pipeline') return whyRewritten(expression)
  if (expression.kind === 'SpansetFilter') return ofExpression(expression.expression)
  const { operator, left, right } = expression
  const isUnion = operator.startsWith('&') && operator !== '&&'
  return [
    ...ofSpansets(left),
    ...ofSpansets(right),
    ...(isUnion ? [`${operator} loses spans of one side`] : []),
  ]
}

function ofOrder(stages: readonly PipelineStage[]): readonly string[] {
  const aggregate = stages.findIndex(({ kind }) => kind === 'ScalarFilter')
  const filtersLater = stages.slice(aggregate + 1).some(({ kind }) => kind === 'SpansetFilter')
  return aggregate >= 0 && filtersLater
    ? ['a filter after an aggregate already limits what is aggregated']
    : []
}

function ofExpression(expression: FieldExpression): readonly string[] {
  switch (expression.kind) {
    case 'Static':
    case 'Intrinsic':
    case 'Attribute':
      return []
    case 'UnaryOperation':
      return [
        expression.operator === '!'
          ? 'a negation is forgotten'
          : 'a sign fails the query where a span has no number there',
        ...ofExpression(expression.operand),
      ]
    case 'NilComparison':
      return ['a missing value of some attributes is taken for a text']
    case 'BinaryOperation':
      return [
        ...ofComparison(expression),
        ...ofExpression(expression.left),
        ...ofExpression(expression.right),
      ]
  }
}

function ofComparison({ operator, left, right }: BinaryOperation): readonly string[] {
  if (!isComparison(operator)) return []
  const reasons: string[] = []
  if (left.kind === 'Static') reasons.push('a comparison with the literal on the left is not turned round')
  const [field, literal] = left.kind === 'Static' ? [right, left] : [left, right]
  if (field.kind === 'Attribute' && isNumberStatic(literal)) {
    reasons.push('integers and floats are compared each by themselves')
  }
  if ([left, right].flatMap(fieldsOf).some(isOfItem))
    reasons.push('not all events and links of a span are seen')
  return reasons
}
