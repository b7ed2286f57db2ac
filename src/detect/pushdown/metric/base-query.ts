import {
  printField,
  printPipeline,
  type Field,
  type FieldExpression,
  type MetricsAggregate,
  type MetricsPipeline,
  type Pipeline,
  type SpansetFilter,
} from '../../../traceql/index.js'
import { allOf, isNumber } from '../rewrite/conditions.js'
import { rewritePipeline } from '../rewrite/rewrite-pipeline.js'

/** How two values of one series, of two stretches of time or two sets of traces, make one. */
export type Merge = 'sum' | 'min' | 'max'

/** A part of a metrics query whose values can be merged: a count, a sum, the least or greatest value, or a histogram. */
export interface BaseQuery {
  /** For our own engine, over traces that the source cannot be asked about. */
  readonly leaf: MetricsPipeline
  readonly merge: Merge
  /** For the source, which answers it rightly of traces that it holds in one part. Undefined where it cannot. */
  readonly pipeline: Pipeline | undefined
}

type BaseFunction =
  | 'count_over_time'
  | 'sum_over_time'
  | 'min_over_time'
  | 'max_over_time'
  | 'histogram_over_time'

const MERGES: Readonly<Record<BaseFunction, Merge>> = {
  count_over_time: 'sum',
  sum_over_time: 'sum',
  histogram_over_time: 'sum',
  min_over_time: 'min',
  max_over_time: 'max',
}

/** What is worked out of the spans of a leaf, and of which of them. */
export interface BaseOptions {
  readonly function: BaseFunction
  /** What is measured; undefined for a count. */
  readonly field: Field | undefined
  /** What the spans must meet beside. */
  readonly where?: FieldExpression | undefined
  /** Spans without a number here are left out: one would spoil what Tempo works out of the others. */
  readonly numeric?: Field | undefined
}

/** The base query of a leaf: the same spans, in the same groups. */
export function toBaseQuery({ pipeline, aggregate, at }: MetricsPipeline, options: BaseOptions): BaseQuery {
  const { function: name, field, where, numeric } = options
  const by = aggregate.kind === 'MetricsAggregate' ? aggregate.by : []
  const chosen = where === undefined ? pipeline : narrow(pipeline, where)
  const guard = numeric && numberGuard(numeric)
  const base: MetricsAggregate = { kind: 'MetricsAggregate', function: name, field, quantiles: [], by, at }
  const rewritten = rewritePipeline(chosen, readWhole(by, field))
  return {
    leaf: {
      kind: 'MetricsPipeline',
      pipeline: guard === undefined ? chosen : narrow(chosen, guard),
      aggregate: base,
      at,
    },
    merge: MERGES[name],
    pipeline: rewritten && guard ? narrowRewritten(rewritten, guard) : rewritten,
  }
}

/** Undefined where an aggregate would be worked out of the narrowed spans only. */
function narrowRewritten(pipeline: Pipeline, condition: FieldExpression): Pipeline | undefined {
  return pipeline.stages.some(({ kind }) => kind === 'ScalarFilter') ? undefined : narrow(pipeline, condition)
}

/** What is grouped by, and what is measured, is read whatever its value. */
function readWhole(by: readonly Field[], field: Field | undefined): ReadonlySet<string> {
  return new Set([...by, ...(field === undefined ? [] : [field])].map(printField))
}

/** Durations and other intrinsics are always numbers. */
function numberGuard(field: Field): FieldExpression | undefined {
  return field.kind === 'Attribute' ? isNumber(field) : undefined
}

/** The spans of a pipeline that meet a condition too. */
function narrow(pipeline: Pipeline, condition: FieldExpression): Pipeline {
  const { stages } = pipeline
  const last = stages.at(-1)
  if (last?.kind !== 'SpansetFilter') {
    const filter: SpansetFilter = { kind: 'SpansetFilter', expression: condition, at: pipeline.at }
    return { ...pipeline, stages: [...stages, filter] }
  }
  const filter = { ...last, expression: allOf(last.expression, condition) }
  return { ...pipeline, stages: [...stages.slice(0, -1), filter] }
}

/** The query as the source is asked. */
export function printBaseQuery({ leaf }: BaseQuery, pipeline: Pipeline): string {
  const { aggregate } = leaf
  if (aggregate.kind !== 'MetricsAggregate') throw new TypeError('a comparison is no base query')
  const field = aggregate.field === undefined ? '' : printField(aggregate.field)
  const by = aggregate.by.length === 0 ? '' : ` by (${aggregate.by.map(printField).join(', ')})`
  return `${printPipeline(pipeline)} | ${aggregate.function}(${field})${by}`
}
