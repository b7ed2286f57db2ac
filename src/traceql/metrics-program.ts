import type { Timestamp } from '../model/time.js'
import type { Trace } from '../model/trace.js'
import type { CheckedQuery } from './check.js'
import { addTrace, compileMetrics, type MetricsInput } from './compile-metrics.js'
import { TraceqlError } from './error.js'
import type { MetricsWindow } from './metrics-window.js'
import { cutWindow } from './metrics-window.js'
import type { BucketedSeries, Exemplar, SeriesLabels } from './series.js'
import type { MetricsLimits, MetricsOptions } from './series-store.js'
import { createBudget, DEFAULT_METRICS_OPTIONS } from './series-store.js'
import { TraceContext } from './trace-context.js'
import type { Hint, MetricsExpression } from './tree.js'

/** One series of the answer to a metrics query. */
export interface MetricSeries {
  readonly labels: SeriesLabels
  /** In order of time. Where there is no sample, there was no value. */
  readonly samples: readonly { readonly at: Timestamp; readonly value: number }[]
  /** A few spans that were counted, of different traces. */
  readonly exemplars: readonly Exemplar[]
}

export interface MetricsAnswer {
  readonly series: readonly MetricSeries[]
  /** The limits were reached, and series are missing. */
  readonly truncated: boolean
}

/** Takes traces one by one and answers the query over those so far. */
export interface MetricsAccumulator {
  /** Takes a trace, which must come once only. Throws `TraceqlError` of stage `evaluation`, as a search does. */
  add(trace: Trace): void
  answer(): MetricsAnswer
}

/** The same for those who choose the spans of many queries together, and give them to the inputs in place of `add`. */
export interface MetricsEvaluation extends MetricsAccumulator {
  readonly inputs: readonly MetricsInput[]
}

/** A metrics query, ready to run. */
export interface MetricsProgram {
  readonly kind: 'metrics'
  /** Begins an evaluation over this window. Throws a `RangeError` for a window that makes no sense. */
  start(window: MetricsWindow, options?: Partial<MetricsOptions>): MetricsEvaluation
}

/** Compiles a checked metrics query. Throws `TraceqlError` of stage `unsupported` for what is not done here. */
export function compileMetricsProgram(root: MetricsExpression, { query }: CheckedQuery): MetricsProgram {
  rejectExtrapolation(query.hints, query.text)
  const startRun = compileMetrics(root, query.text)
  const hinted = exemplarsHint(query.hints)
  return {
    kind: 'metrics',
    start: (window, options) => {
      const buckets = cutWindow(window)
      const budget = createBudget({ ...DEFAULT_METRICS_OPTIONS, ...hinted, ...options })
      const run = startRun(buckets, budget)
      return {
        add: (trace) => addTrace(run.inputs, buckets, new TraceContext(trace)),
        inputs: run.inputs,
        answer: () => ({
          series: run.series().map((series) => toMetricSeries(series, buckets.timestamps)),
          truncated: budget.isExceeded(),
        }),
      }
    },
  }
}

function toMetricSeries(
  { labels, values, exemplars }: BucketedSeries,
  timestamps: readonly Timestamp[],
): MetricSeries {
  const samples = timestamps
    .map((at, index) => ({ at, value: values[index] ?? Number.NaN }))
    .filter(({ value }) => !Number.isNaN(value))
  return { labels, samples, exemplars }
}

/** It would scale counts by how spans were sampled; without it, counts mean what they say. */
function rejectExtrapolation(hints: readonly Hint[], text: string): void {
  const hint = hints.find(({ name, value }) => name === 'extrapolate' && value.value === true)
  if (hint === undefined) return
  const problem = 'the hint extrapolate is not supported here'
  throw new TraceqlError({ stage: 'unsupported', text, at: hint.at, problem })
}

const MOST_EXEMPLARS = 100

function exemplarsHint(hints: readonly Hint[]): Partial<MetricsLimits> {
  const value = hints.findLast(({ name }) => name === 'exemplars')?.value.value
  if (value === false) return { maxExemplars: 0 }
  return typeof value === 'bigint' && value > 0n
    ? { maxExemplars: Math.min(Number(value), MOST_EXEMPLARS) }
    : {}
}
