export type { Attributes, AttributeValue } from '../model/attributes.js'
export type { Span, SpanEvent, SpanLink, Resource, InstrumentationScope } from '../model/span.js'
export type { Trace } from '../model/trace.js'
export { parse } from './parse.js'
export { print, printPipeline } from './print.js'
export { printField, printFieldExpression } from './print-field.js'
export { check, type CheckedQuery, type QueryNeeds } from './check.js'
export { compile, type SearchProgram } from './compile.js'
export { splitComparison, type SplitComparison } from './split-comparison.js'
export { toSpanTest } from './screen-spans.js'
export { isToldByShape, type Selection } from './selection.js'
export type { DurationTest, SpanHint, SpanTest } from './span-hint.js'
export type { MetricsInput } from './compile-metrics.js'
export { createLabelReader, type LabelReader } from './label-reader.js'
export { parseField } from './parse-field-name.js'
export type { Spanset } from './spanset.js'
export { TraceContext } from './trace-context.js'
export type {
  MetricsAccumulator,
  MetricsAnswer,
  MetricsEvaluation,
  MetricSeries,
  MetricsProgram,
} from './metrics-program.js'
export { defaultStepMs, MOST_BUCKETS, type MetricsWindow } from './metrics-window.js'
export type { AlikeSpans, Together } from './tally.js'
export type { MetricsLimits, MetricsOptions } from './series-store.js'
export {
  NAME_LABEL,
  type BucketedSeries,
  type Exemplar,
  type LabelValue,
  type SeriesLabels,
} from './series.js'
export { evaluateSeries, findLeaves, type SeriesOrigin } from './evaluate-series.js'
export { fieldType, isArithmetic } from './field-type.js'
export { estimateQuantile } from './quantile.js'
export { QUANTILE_LABEL } from './tally-exact-quantile.js'
export { parseDuration } from './duration.js'
export { TraceqlError, type TraceqlErrorStage } from './error.js'

export type { IntrinsicName } from './intrinsic.js'
export type {
  Aggregate,
  AggregateFunction,
  ArithmeticOperator,
  Attribute,
  AttributeScope,
  BinaryOperation,
  BinaryOperator,
  CoalesceOperation,
  ComparisonOperator,
  CountFunction,
  Field,
  FieldExpression,
  GroupOperation,
  Hint,
  Intrinsic,
  LogicalOperator,
  MetricsAggregate,
  MetricsCompare,
  MetricsExpression,
  MetricsPipeline,
  NilComparison,
  OrderOperator,
  Pipeline,
  PipelineStage,
  Query,
  ScalarExpression,
  ScalarFilter,
  ScalarOperation,
  ScalarPipeline,
  SelectOperation,
  SeriesFilter,
  SeriesOperation,
  SeriesRanking,
  SpansetExpression,
  SpansetFilter,
  SpansetOperation,
  Static,
  StructuralOperator,
  UnaryOperation,
  ValueFunction,
} from './tree.js'
