import { printField, printFieldExpression, printStatic } from './print-field.js'
import { spansetPrecedence } from './precedence.js'
import type {
  Hint,
  MetricsAggregate,
  MetricsCompare,
  MetricsExpression,
  Pipeline,
  PipelineStage,
  Query,
  ScalarExpression,
  SpansetExpression,
  SpansetFilter,
  SpansetOperation,
  Static,
} from './tree.js'

/** The query as TraceQL, in one line and one form. To parse it again gives the same tree, but for places. */
export function print({ root, hints }: Query): string {
  const body = root.kind === 'Pipeline' ? printPipeline(root) : printMetrics(root)
  return hints.length === 0 ? body : `${body} with (${hints.map(printHint).join(', ')})`
}

function printHint({ name, value }: Hint): string {
  return `${name}=${printStatic(value)}`
}

/** A pipeline as TraceQL. */
export function printPipeline({ stages }: Pipeline): string {
  return stages.map(printStage).join(' | ')
}

function printStage(stage: PipelineStage): string {
  switch (stage.kind) {
    case 'SpansetFilter':
    case 'SpansetOperation':
      return printSpansets(stage)
    case 'Pipeline':
      return `(${printPipeline(stage)})`
    case 'ScalarFilter':
      return `${printScalar(stage.left)} ${stage.operator} ${printScalar(stage.right)}`
    case 'GroupOperation':
      return `by(${printFieldExpression(stage.expression)})`
    case 'CoalesceOperation':
      return 'coalesce()'
    case 'SelectOperation':
      return `select(${stage.fields.map(printField).join(', ')})`
  }
}

function printSpansets(expression: SpansetExpression): string {
  if (expression.kind === 'SpansetFilter') return printFilter(expression)
  if (expression.kind === 'Pipeline') return `(${printPipeline(expression)})`
  const { operator, left, right } = expression
  const precedence = spansetPrecedence(operator)
  const ofPipelines = isOfPipelines(expression)
  return `${printSide(left, precedence)} ${operator} ${printSide(right, precedence + 1, ofPipelines)}`
}

function printFilter({ expression }: SpansetFilter): string {
  const isAll = expression.kind === 'Static' && expression.value === true
  return isAll ? '{ }' : `{ ${printFieldExpression(expression)} }`
}

/** Beside a pipeline in parentheses, a spanset must be in parentheses too. */
function printSide(side: SpansetExpression, precedence: number, isWrapped = false): string {
  const printed = printSpansets(side)
  if (side.kind === 'Pipeline') return printed
  const bindsLoosely = side.kind === 'SpansetOperation' && spansetPrecedence(side.operator) < precedence
  return isWrapped || bindsLoosely ? `(${printed})` : printed
}

/** A pipeline in parentheses can only come first, on the left of the left. */
function isOfPipelines(operation: SpansetOperation): boolean {
  let left: SpansetExpression = operation
  while (left.kind === 'SpansetOperation') left = left.left
  return left.kind === 'Pipeline'
}

function printScalar(expression: ScalarExpression): string {
  switch (expression.kind) {
    case 'Static':
      return printStatic(expression)
    case 'Aggregate':
      return `${expression.function}(${expression.expression === undefined ? '' : printFieldExpression(expression.expression)})`
    case 'ScalarOperation':
      return `${printScalarSide(expression.left)} ${expression.operator} ${printScalarSide(expression.right)}`
    case 'ScalarPipeline':
      return `(${expression.stages.map(printStage).join(' | ')} | ${printScalar(expression.scalar)})`
  }
}

function printScalarSide(side: ScalarExpression): string {
  return side.kind === 'ScalarOperation' ? `(${printScalar(side)})` : printScalar(side)
}

/** A metrics query as TraceQL. */
export function printMetrics(expression: MetricsExpression): string {
  switch (expression.kind) {
    case 'MetricsPipeline':
      return `${printPipeline(expression.pipeline)} | ${printAggregate(expression.aggregate)}`
    case 'SeriesRanking':
      return `${printMetrics(expression.source)} | ${expression.function}(${expression.limit})`
    case 'SeriesFilter':
      return `${printMetrics(expression.source)} ${expression.operator} ${printStatic(expression.value)}`
    case 'SeriesOperation':
      return `${printOperand(expression.left)} ${expression.operator} ${printOperand(expression.right)}`
  }
}

function printOperand(side: MetricsExpression | Static): string {
  return side.kind === 'Static' ? printStatic(side) : `(${printMetrics(side)})`
}

function printAggregate(aggregate: MetricsAggregate | MetricsCompare): string {
  if (aggregate.kind === 'MetricsCompare') return printCompare(aggregate)
  const { field, quantiles, by } = aggregate
  const fieldText = field === undefined ? [] : [printField(field)]
  const call = `${aggregate.function}(${[...fieldText, ...quantiles.map(String)].join(', ')})`
  return by.length === 0 ? call : `${call} by (${by.map(printField).join(', ')})`
}

function printCompare({ filter, topN, between }: MetricsCompare): string {
  const limits = between === undefined ? '' : `, ${between.startUnixNano}, ${between.endUnixNano}`
  return `compare(${printFilter(filter)}, ${topN}${limits})`
}
