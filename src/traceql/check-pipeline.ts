import { checkField, checkFieldExpression, describe, referencesSpan } from './check-field.js'
import type { Reject } from './check-fault.js'
import { fieldType, isNumericType } from './field-type.js'
import type {
  Aggregate,
  GroupOperation,
  Pipeline,
  PipelineStage,
  ScalarExpression,
  ScalarFilter,
  SpansetExpression,
  SpansetFilter,
} from './tree.js'

/** The pipeline with its constants folded. */
export function checkPipeline(pipeline: Pipeline, reject: Reject): Pipeline {
  return { ...pipeline, stages: checkStages(pipeline.stages, reject) }
}

/** The filter with its constants folded. Rejects one that cannot hold. */
export function checkFilter(filter: SpansetFilter, reject: Reject): SpansetFilter {
  const expression = checkFieldExpression(filter.expression, reject)
  const type = fieldType(expression)
  if (type === 'bool' || type === 'attribute') return { ...filter, expression }
  return reject(
    filter.expression.at,
    'semantic',
    `a filter needs a condition, but ${describe(expression)} is none`,
  )
}

function checkStages(stages: readonly PipelineStage[], reject: Reject): readonly PipelineStage[] {
  return stages.map((stage) => checkStage(stage, reject))
}

function checkStage(stage: PipelineStage, reject: Reject): PipelineStage {
  switch (stage.kind) {
    case 'SpansetFilter':
    case 'SpansetOperation':
    case 'Pipeline':
      return checkSpansets(stage, reject)
    case 'ScalarFilter':
      return checkScalarFilter(stage, reject)
    case 'GroupOperation':
      return checkGroup(stage, reject)
    case 'SelectOperation':
      return { ...stage, fields: stage.fields.map((field) => checkField(field, reject)) }
    case 'CoalesceOperation':
      return stage
  }
}

function checkSpansets(expression: SpansetExpression, reject: Reject): SpansetExpression {
  switch (expression.kind) {
    case 'SpansetFilter':
      return checkFilter(expression, reject)
    case 'Pipeline':
      return checkPipeline(expression, reject)
    case 'SpansetOperation':
      return {
        ...expression,
        left: checkSpansets(expression.left, reject),
        right: checkSpansets(expression.right, reject),
      }
  }
}

function checkGroup(group: GroupOperation, reject: Reject): GroupOperation {
  const expression = checkFieldExpression(group.expression, reject)
  if (referencesSpan(expression)) return { ...group, expression }
  return reject(
    group.expression.at,
    'semantic',
    `by() needs a field of the span, but ${describe(expression)} has none`,
  )
}

/** Only one aggregate on the left of one constant is done, in Tempo as here. */
function checkScalarFilter(filter: ScalarFilter, reject: Reject): ScalarFilter {
  const left = checkScalar(filter.left, reject)
  const right = checkScalar(filter.right, reject)
  if (left.kind === 'Aggregate' && right.kind === 'Static') return { ...filter, left, right }
  const culprit = left.kind === 'Aggregate' ? right : left
  return reject(
    culprit.at,
    'unsupported',
    'only a comparison of one aggregate with a constant is supported yet',
  )
}

function checkScalar(expression: ScalarExpression, reject: Reject): ScalarExpression {
  switch (expression.kind) {
    case 'Static':
      return expression
    case 'Aggregate':
      return checkAggregate(expression, reject)
    case 'ScalarOperation':
      return {
        ...expression,
        left: checkScalar(expression.left, reject),
        right: checkScalar(expression.right, reject),
      }
    case 'ScalarPipeline':
      return {
        ...expression,
        stages: checkStages(expression.stages, reject),
        scalar: checkScalar(expression.scalar, reject),
      }
  }
}

function checkAggregate(aggregate: Aggregate, reject: Reject): Aggregate {
  if (aggregate.expression === undefined) return aggregate
  const expression = checkFieldExpression(aggregate.expression, reject)
  const name = `${aggregate.function}()`
  const type = fieldType(expression)
  if (type !== 'attribute' && !isNumericType(type)) {
    reject(expression.at, 'semantic', `${name} needs numbers, but has ${describe(expression)}`)
  }
  if (!referencesSpan(expression)) {
    reject(
      expression.at,
      'semantic',
      `${name} needs a field of the span, but ${describe(expression)} has none`,
    )
  }
  return { ...aggregate, expression }
}
