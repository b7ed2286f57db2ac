import { SourceError } from '../../../model/source-error.js'
import {
  type BucketedSeries,
  type Field,
  type MetricsAggregate,
  type MetricsPipeline,
} from '../../../traceql/index.js'
import { fieldsOf, isOfItem, isOfTrace } from '../rewrite/fields.js'
import { findFilters } from '../rewrite/rewrite-pipeline.js'
import { toSpanCondition } from '../rewrite/span-condition.js'
import { toBaseQuery, type BaseQuery } from './base-query.js'
import { combineBases } from './combine-bases.js'

type Series = readonly BucketedSeries[]

/** How the spans of a part of a metrics query are worked out. */
export interface SpansPlan {
  readonly leaf: MetricsPipeline
  readonly bases: readonly BaseQuery[]
  /** Whether each span tells by itself whether it counts: traces in parts make no difference then. */
  readonly isSpanwise: boolean
  /** Whether events or links must be known. */
  readonly needsItems: boolean
}

/** How a part of a metrics query that takes spans is worked out. */
export interface LeafPlan extends SpansPlan {
  /** The series of the leaf, of those of its bases. */
  combine(series: readonly Series[], seconds: number): Series
}

/** Throws a `SourceError` for what cannot be exact on a source. */
export function planLeaf(leaf: MetricsPipeline): LeafPlan {
  const { aggregate } = leaf
  if (aggregate.kind === 'MetricsCompare') throw refuse('compare()', 'it has no single value to alert on')
  return {
    ...describeSpans(leaf, aggregate),
    bases: toBases(leaf, aggregate),
    combine: (series, seconds) => combineBases(aggregate, series, seconds),
  }
}

/** What is to be known of a span. */
export function describeSpans(
  leaf: MetricsPipeline,
  { by, field }: MetricsAggregate,
): Omit<SpansPlan, 'bases'> {
  const fields = [...by, ...(field === undefined ? [] : [field])]
  return {
    leaf,
    isSpanwise: toSpanCondition(leaf.pipeline) !== undefined && !fields.some(isOfTrace),
    needsItems: [...fields, ...filterFields(leaf)].some(isOfItem),
  }
}

function toBases(leaf: MetricsPipeline, aggregate: MetricsAggregate): readonly BaseQuery[] {
  const { function: name, field } = aggregate
  switch (name) {
    case 'rate':
    case 'count_over_time':
      return [toBaseQuery(leaf, { function: 'count_over_time', field: undefined })]
    case 'min_over_time':
    case 'max_over_time':
    case 'sum_over_time':
      return [toBaseQuery(leaf, { function: name, field, numeric: field })]
    case 'avg_over_time':
      return [
        toBaseQuery(leaf, { function: 'sum_over_time', field, numeric: field }),
        toBaseQuery(leaf, { function: 'count_over_time', field: undefined, numeric: field }),
      ]
    case 'quantile_over_time':
      throw refuse(
        'quantile_over_time() within a larger expression',
        'a source knows quantiles by powers of two only; compare the quantile itself with a number, as in `… | quantile_over_time(duration, .99) > 1s`',
      )
    case 'histogram_over_time':
      throw refuse(
        'histogram_over_time()',
        'count the spans above a value instead, as in `{ duration > 1s } | rate()`',
      )
  }
}

function refuse(what: string, why: string): SourceError {
  return new SourceError(`${what} cannot be measured exactly on this source`, {
    reason: 'unsupported',
    hint: why,
  })
}

function filterFields({ pipeline }: MetricsPipeline): readonly Field[] {
  return findFilters(pipeline.stages).flatMap(({ expression }) => fieldsOf(expression))
}
