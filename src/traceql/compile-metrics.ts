import type { Span } from '../model/span.js'
import { compileTally, togetherOf } from './compile-tally.js'
import { evaluateSeries, findLeaves } from './evaluate-series.js'
import { createFrame } from './frame.js'
import type { TimeBuckets } from './metrics-window.js'
import type { BucketedSeries } from './series.js'
import { compileSelection, type Selection } from './selection.js'
import type { Budget } from './series-store.js'
import type { AlikeSpans, Together } from './tally.js'
import { TraceContext } from './trace-context.js'
import type { MetricsExpression, MetricsPipeline } from './tree.js'

/** A part of a metrics query that takes spans. */
export interface MetricsInput {
  /** Which spans. */
  readonly selection: Selection
  /**
   * What must be known of spans of one resource, name, kind and status that were chosen to take them together. Undefined
   * where each must be taken by itself.
   */
  readonly together: Together
  /** Takes a span that was chosen, into the bucket in which it starts. */
  observe(context: TraceContext, span: Span, bucket: number): void
  /** Takes spans of one resource, name, kind and status that were chosen, into the bucket in which they start. */
  observeAlike(alike: AlikeSpans, bucket: number): void
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
  const leaves = findLeaves(expression).map((leaf) => ({ leaf, start: compileMetricsPipeline(leaf, text) }))
  return (buckets, budget) => {
    const runs = new Map(leaves.map(({ leaf, start }) => [leaf, start(buckets, budget)]))
    const { absentCounts } = budget.options
    return {
      inputs: Array.from(runs.values(), ({ input }) => input),
      series: () =>
        evaluateSeries(expression, { seriesOf: (leaf) => runs.get(leaf)?.series() ?? [], absentCounts }),
    }
  }
}

/** One evaluation of a part that takes spans. */
interface LeafRun {
  readonly input: MetricsInput
  series(): readonly BucketedSeries[]
}

type LeafStart = (buckets: TimeBuckets, budget: Budget) => LeafRun

function compileMetricsPipeline({ pipeline, aggregate }: MetricsPipeline, text: string): LeafStart {
  const selection = compileSelection(pipeline, text)
  const together = selection.isSpanwise ? togetherOf(aggregate) : undefined
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
      together,
      observeAlike: (alike, bucket) => tally.observeAlike(bucket, createFrame(NO_CONTEXT, alike.span), alike),
      observe: (context, span, bucket) => tally.observe(bucket, createFrame(context, span)),
      noteTrace: () => {
        sawTraces = true
      },
    }
    return {
      input,
      series: () => {
        const series = tally.series()
        return series.length === 0 && sawTraces && canMatch ? tally.emptySeries() : series
      },
    }
  }
}

/** What spans are alike in is told by each of them alone. */
const NO_CONTEXT = new TraceContext({ traceId: '', spans: [] })

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
