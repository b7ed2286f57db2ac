import type { Span } from '../model/span.js'
import { compileTally } from './compile-tally.js'
import { combineSeries, combineWithNumber, filterSeries } from './combine-series.js'
import { createFrame } from './frame.js'
import type { TimeBuckets } from './metrics-window.js'
import { rankSeries } from './rank-series.js'
import type { BucketedSeries } from './series.js'
import { compileSelection, type Selection } from './selection.js'
import type { Budget } from './series-store.js'
import type { TraceContext } from './trace-context.js'
import type { MetricsExpression, MetricsPipeline, SeriesOperation, Static } from './tree.js'

/** A part of a metrics query that takes spans. */
export interface MetricsInput {
  /** Which spans. */
  readonly selection: Selection
  /** Takes a span that was chosen, into the bucket in which it starts. */
  observe(context: TraceContext, span: Span, bucket: number): void
  /** Takes note that there was a trace in the window. Where spans are counted together, they are 0 then. */
  noteTrace(): void
}

/** One evaluation of a metrics query, or of a part of it. */
interface MetricsRun {
  /** All that take spans, in the order of the query. */
  readonly inputs: readonly MetricsInput[]
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
    return { inputs: run.inputs, series: () => change(run.series()) }
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
      inputs: [...leftRun.inputs, ...rightRun.inputs],
      series: () => combineSeries(operator, leftRun.series(), rightRun.series()),
    }
  }
}

function compileMetricsPipeline({ pipeline, aggregate }: MetricsPipeline, text: string): MetricsStart {
  const selection = compileSelection(pipeline, text)
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
    const input: MetricsInput = {
      selection,
      observe: (context, span, bucket) => tally.observe(bucket, createFrame(context, span)),
      noteTrace: () => {
        sawTraces = true
      },
    }
    return {
      inputs: [input],
      series: () => {
        const series = tally.series()
        return series.length === 0 && sawTraces && canMatch ? tally.emptySeries() : series
      },
    }
  }
}

/** Gives a trace to all that take spans. Throws `TraceqlError` of stage `evaluation`. */
export function addTrace(inputs: readonly MetricsInput[], buckets: TimeBuckets, context: TraceContext): void {
  const { spans } = context.trace
  const isInWindow = spans.some((span) => buckets.overlaps(span.startTimeUnixNano, span.endTimeUnixNano))
  for (const input of inputs) {
    if (isInWindow) input.noteTrace()
    for (const spanset of input.selection.evaluate(context)) {
      for (const span of spanset.spans) {
        const bucket = buckets.indexOf(span.startTimeUnixNano)
        if (bucket !== undefined) input.observe(context, span, bucket)
      }
    }
  }
}
