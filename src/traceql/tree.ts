import type { SpanKind, StatusCode } from '../model/span.js'
import type { IntrinsicName } from './intrinsic.js'

/**
 * TraceQL as a tree of plain readonly records, each tagged with `kind`. `at` is the offset of the node in the query's
 * text, for messages; two trees that differ only in `at` mean the same.
 */
interface Node {
  readonly at: number
}

/** A whole query. */
export interface Query extends Node {
  readonly kind: 'Query'
  readonly text: string
  readonly root: Pipeline | MetricsExpression
  /** What stood in `with(…)`; where one came twice, the last one. */
  readonly hints: readonly Hint[]
}

export interface Hint extends Node {
  readonly kind: 'Hint'
  readonly name: string
  readonly value: Static
}

// Literals and names

export type Static =
  | StaticNode<'string', string>
  | StaticNode<'int', bigint>
  | StaticNode<'float', number>
  | StaticNode<'bool', boolean>
  | StaticNode<'duration', bigint>
  | StaticNode<'status', StatusCode>
  | StaticNode<'kind', SpanKind>
  | StaticNode<'nil', undefined>

interface StaticNode<T extends string, V> extends Node {
  readonly kind: 'Static'
  readonly type: T
  /** A duration is in nanoseconds. */
  readonly value: V
}

export const ATTRIBUTE_SCOPES = ['span', 'resource', 'event', 'link', 'instrumentation'] as const
export type AttributeScope = (typeof ATTRIBUTE_SCOPES)[number]

export interface Attribute extends Node {
  readonly kind: 'Attribute'
  /** `none`: the span's own, else the resource's. */
  readonly scope: AttributeScope | 'none'
  /** Whether it was asked of the parent span. */
  readonly ofParent: boolean
  readonly name: string
}

export interface Intrinsic extends Node {
  readonly kind: 'Intrinsic'
  readonly name: IntrinsicName
}

export type Field = Attribute | Intrinsic

// Field expressions, inside { }

const ARITHMETIC_OPERATORS = ['+', '-', '*', '/', '%', '^'] as const
export const COMPARISON_OPERATORS = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~'] as const
const LOGICAL_OPERATORS = ['&&', '||'] as const

export type ArithmeticOperator = (typeof ARITHMETIC_OPERATORS)[number]
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number]
export type LogicalOperator = (typeof LOGICAL_OPERATORS)[number]
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | LogicalOperator
/** The comparisons that numbers have. */
export type OrderOperator = Exclude<ComparisonOperator, '=~' | '!~'>

export type FieldExpression = Static | Field | UnaryOperation | BinaryOperation | NilComparison

export interface UnaryOperation extends Node {
  readonly kind: 'UnaryOperation'
  readonly operator: '-' | '!'
  readonly operand: FieldExpression
}

export interface BinaryOperation extends Node {
  readonly kind: 'BinaryOperation'
  readonly operator: BinaryOperator
  readonly left: FieldExpression
  readonly right: FieldExpression
}

/** `operand = nil` or `operand != nil`, whichever side nil stood on. */
export interface NilComparison extends Node {
  readonly kind: 'NilComparison'
  readonly operator: '=' | '!='
  readonly operand: FieldExpression
}

// Spansets

export const STRUCTURAL_OPERATORS = [
  '>',
  '>>',
  '<',
  '<<',
  '~',
  '!>',
  '!>>',
  '!<',
  '!<<',
  '!~',
  '&>',
  '&>>',
  '&<',
  '&<<',
  '&~',
] as const
export type StructuralOperator = (typeof STRUCTURAL_OPERATORS)[number]

export interface SpansetFilter extends Node {
  readonly kind: 'SpansetFilter'
  readonly expression: FieldExpression
}

export interface SpansetOperation extends Node {
  readonly kind: 'SpansetOperation'
  readonly operator: LogicalOperator | StructuralOperator
  readonly left: SpansetExpression
  readonly right: SpansetExpression
}

/** Spans of a trace. A `Pipeline` among them stood in parentheses. */
export type SpansetExpression = SpansetFilter | SpansetOperation | Pipeline

// Pipelines

export interface Pipeline extends Node {
  readonly kind: 'Pipeline'
  readonly stages: readonly PipelineStage[]
}

export type PipelineStage =
  | SpansetExpression
  | ScalarFilter
  | GroupOperation
  | CoalesceOperation
  | SelectOperation

export const AGGREGATE_FUNCTIONS = ['count', 'avg', 'min', 'max', 'sum'] as const
export type AggregateFunction = (typeof AGGREGATE_FUNCTIONS)[number]

export interface Aggregate extends Node {
  readonly kind: 'Aggregate'
  readonly function: AggregateFunction
  /** Undefined for `count()` only. */
  readonly expression: FieldExpression | undefined
}

export interface ScalarOperation extends Node {
  readonly kind: 'ScalarOperation'
  readonly operator: '+' | '-' | '*' | '/'
  readonly left: ScalarExpression
  readonly right: ScalarExpression
}

/** One number of a spanset. A `ScalarPipeline` is a pipeline in parentheses that ends in one. */
export type ScalarExpression = Static | Aggregate | ScalarOperation | ScalarPipeline

export interface ScalarPipeline extends Node {
  readonly kind: 'ScalarPipeline'
  readonly stages: readonly PipelineStage[]
  readonly scalar: ScalarExpression
}

export interface ScalarFilter extends Node {
  readonly kind: 'ScalarFilter'
  readonly operator: OrderOperator
  readonly left: ScalarExpression
  readonly right: ScalarExpression
}

export interface GroupOperation extends Node {
  readonly kind: 'GroupOperation'
  readonly expression: FieldExpression
}

export interface CoalesceOperation extends Node {
  readonly kind: 'CoalesceOperation'
}

export interface SelectOperation extends Node {
  readonly kind: 'SelectOperation'
  readonly fields: readonly Field[]
}

// Metrics

export const COUNT_FUNCTIONS = ['rate', 'count_over_time'] as const
export const VALUE_FUNCTIONS = [
  'min_over_time',
  'max_over_time',
  'sum_over_time',
  'avg_over_time',
  'histogram_over_time',
] as const
export type CountFunction = (typeof COUNT_FUNCTIONS)[number]
export type ValueFunction = (typeof VALUE_FUNCTIONS)[number]

/** Spans counted or measured over time. */
export interface MetricsAggregate extends Node {
  readonly kind: 'MetricsAggregate'
  readonly function: CountFunction | ValueFunction | 'quantile_over_time'
  /** What is measured; undefined for `rate()` and `count_over_time()`. */
  readonly field: Field | undefined
  /** For `quantile_over_time` only. */
  readonly quantiles: readonly number[]
  readonly by: readonly Field[]
}

/** `compare({…})`: the spans that pass a filter beside those that do not, value by value. */
export interface MetricsCompare extends Node {
  readonly kind: 'MetricsCompare'
  readonly filter: SpansetFilter
  readonly topN: number
  /** Limits the selection in time, in Unix nanoseconds. */
  readonly between: { readonly startUnixNano: bigint; readonly endUnixNano: bigint } | undefined
}

export interface MetricsPipeline extends Node {
  readonly kind: 'MetricsPipeline'
  readonly pipeline: Pipeline
  readonly aggregate: MetricsAggregate | MetricsCompare
}

/** `topk(n)` or `bottomk(n)`. */
export interface SeriesRanking extends Node {
  readonly kind: 'SeriesRanking'
  readonly function: 'topk' | 'bottomk'
  readonly limit: number
  readonly source: MetricsExpression
}

/** Keeps the samples that compare so with a number. */
export interface SeriesFilter extends Node {
  readonly kind: 'SeriesFilter'
  readonly operator: OrderOperator
  readonly value: Static
  readonly source: MetricsExpression
}

/** Arithmetic between series, or series and a number. At least one side is not a `Static`. */
export interface SeriesOperation extends Node {
  readonly kind: 'SeriesOperation'
  readonly operator: '+' | '-' | '*' | '/'
  readonly left: MetricsExpression | Static
  readonly right: MetricsExpression | Static
}

export type MetricsExpression = MetricsPipeline | SeriesRanking | SeriesFilter | SeriesOperation
