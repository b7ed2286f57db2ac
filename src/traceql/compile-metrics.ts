import { compilePipeline } from './compile-pipeline.js'
import { compileTally } from './compile-tally.js'
import { combineSeries, combineWithNumber, filterSeries } from './combine-series.js'
import { createFrame } from './frame.js'
import type { TimeBuckets } from './metrics-window.js'
import { rankSeries } from './rank-series.js'
import type { BucketedSeries } from './series.js'
import type { Budget } from './series-store.js'
import { NO_ATTRIBUTES } from './spanset.js'
import type { TraceContext } from './trace-context.js'
import type { MetricsExpression, MetricsPipeline, SeriesOperation, Static } from './tree.js'

/** One evaluation of a metrics query, or of a part of it. */
interface MetricsRun {
  add(context: TraceContext): void
  series(): readonly BucketedSeries[]
}

/** A metrics query, or a part of it, ready to be started on a window. */
type MetricsStart = (buckets: TimeBuckets, budget: Budget) => MetricsRun

/** Compiles a checked metrics query. */
export function compileMetrics(expression: MetricsExpression, text: string): MetricsStart {
  switch (expression.kind) {
    case 'MetricsPipeline':
      return compileMetricsPipeline(expression, text)
    case 'SeriesRanking': {
      const { function: name, limit } = expression
      return derive(compileMetrics(expression.source, text), (series) => rankSeries(name, limit, series))
    }
    case 'SeriesFilter': {
      const { operator, value } = expression
      const threshold = toNumber(value)
      return derive(compileMetrics(expression.source, text), (series) =>
        filterSeries(operator, threshold, series),
      )
    }
    case 'SeriesOperation':
      return compileOperation(expression, text)
  }
}

function derive(
  start: MetricsStart,
  change: (series: readonly BucketedSeries[]) => readonly BucketedSeries[],
): MetricsStart {
  return (buckets, budget) => {
    const run = start(buckets, budget)
    return { add: (context) => run.add(context), series: () => change(run.series()) }
  }
}

const NANOS_PER_SECOND = 1e9

/** A duration is compared in seconds. */
function toNumber({ type, value }: Static): number {
  return type === 'duration' ? Number(value) / NANOS_PER_SECOND : Number(value)
}

function compileOperation({ operator, left, right }: SeriesOperation, text: string): MetricsStart {
  if (right.kind === 'Static') {
    if (left.kind === 'Static') throw new TypeError('two constants make no series')
    const number = toNumber(right)
    return derive(compileMetrics(left, text), (series) =>
      combineWithNumber(operator, series, number, 'right'),
    )
  }
  const startRight = compileMetrics(right, text)
  if (left.kind === 'Static') {
    const number = toNumber(left)
    return derive(startRight, (series) => combineWithNumber(operator, series, number, 'left'))
  }
  const startLeft = compileMetrics(left, text)
  return (buckets, budget) => {
    const leftRun = startLeft(buckets, budget)
    const rightRun = startRight(buckets, budget)
    return {
      add: (context) => {
        leftRun.add(context)
        rightRun.add(context)
      },
      series: () => combineSeries(operator, leftRun.series(), rightRun.series()),
    }
  }
}

function compileMetricsPipeline({ pipeline, aggregate }: MetricsPipeline, text: string): MetricsStart {
  const select = compilePipeline(pipeline, text)
  const startTally = compileTally(aggregate, text)
  const canMatch = !pipeline.stages.some(
    (stage) =>
      stage.kind === 'SpansetFilter' &&
      stage.expression.kind === 'Static' &&
      stage.expression.value === false,
  )
  return (buckets, budget) => {
    const tally = startTally(buckets, budget)
    let sawTraces = false
    return {
      add: (context) => {
        const { trace } = context
        sawTraces ||= trace.spans.some((span) =>
          buckets.overlaps(span.startTimeUnixNano, span.endTimeUnixNano),
        )
        for (const { spans } of select(context, { spans: trace.spans, attributes: NO_ATTRIBUTES })) {
          for (const span of spans) {
            const bucket = buckets.indexOf(span.startTimeUnixNano)
            if (bucket !== undefined) tally.observe(bucket, createFrame(context, span))
          }
        }
      },
      series: () => {
        const series = tally.series()
        return series.length === 0 && sawTraces && canMatch ? tally.emptySeries() : series
      },
    }
  }
}
