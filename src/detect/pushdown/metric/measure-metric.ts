import type { Sample } from '../../../model/rule-sample.js'
import { meetsCondition } from '../../../model/meets-condition.js'
import { SECOND_MS } from '../../../model/time.js'
import type { Trace } from '../../../model/trace.js'
import type { TraceId } from '../../../model/trace-id.js'
import {
  evaluateSeries,
  NAME_LABEL,
  type BucketedSeries,
  type MetricsPipeline,
  type SeriesLabels,
} from '../../../traceql/index.js'
import type { Gathered } from '../gather-traces.js'
import type { SourceRun, Suspects } from '../source-run.js'
import type { AskBase, BaseAnswer } from './ask-base.js'
import { printBaseQuery, type BaseQuery } from './base-query.js'
import { evaluateHere } from './evaluate-here.js'
import { excludeTraces } from './exclude-traces.js'
import { mergeSeries } from './merge-series.js'
import { partsOf, type ExpressionPlan, type MetricPlan } from './plan-metric.js'
import type { SpansPlan } from './plan-leaf.js'

/** What a metric rule measured, with the traces that prove it by their ids. */
export interface MetricMeasured {
  readonly samples: readonly (Omit<Sample, 'exemplars'> & { readonly traceIds: readonly TraceId[] })[]
  readonly isComplete: boolean
}

/** Whether the source works out a part rightly; else it is worked out here. */
export function isAskedOfSource(part: SpansPlan, suspects: Suspects): boolean {
  if (part.needsItems || part.bases.some(({ pipeline }) => pipeline === undefined)) return false
  return part.isSpanwise || suspects.areKnown
}

/** Whether traces in parts make a difference. */
export function dependsOnParts(plan: MetricPlan): boolean {
  return partsOf(plan).some(({ isSpanwise }) => !isSpanwise)
}

/** What metric rules of one window share. */
export interface MetricRun {
  readonly run: SourceRun
  readonly askBase: AskBase
}

/** Where the traces come from that a part is worked out over. */
export interface PartInputs {
  /** The traces that were gathered for it; undefined where the source is asked. */
  readonly gathered: Gathered | undefined
  /** Traces in parts, which the source is not asked about. */
  readonly inParts: readonly Trace[]
}

/** Measures a metric rule. Rejects with a `SourceError`. */
export async function measureMetric(
  plan: MetricPlan,
  inputsOf: (part: SpansPlan) => PartInputs,
  shared: MetricRun,
): Promise<MetricMeasured> {
  const { run } = shared
  const parts = partsOf(plan)
  const answers = await Promise.all(parts.map((part) => answerPart(part, inputsOf(part), plan, shared)))
  const isComplete = answers.every((bases) => bases.every((base) => base.isComplete))
  const series = new Map(
    parts.map((part, index) => [part.leaf, (answers[index] ?? []).map((base) => base.series)]),
  )
  return { samples: await toSamples(plan, series, run), isComplete }
}

type BaseSeries = readonly (readonly BucketedSeries[])[]

async function answerPart(
  part: SpansPlan,
  inputs: PartInputs,
  plan: MetricPlan,
  shared: MetricRun,
): Promise<readonly BaseAnswer[]> {
  return Promise.all(part.bases.map((base) => answerBase(base, part, inputs, plan, shared)))
}

async function answerBase(
  base: BaseQuery,
  part: SpansPlan,
  { gathered, inParts }: PartInputs,
  { checked }: MetricPlan,
  { run, askBase }: MetricRun,
): Promise<BaseAnswer> {
  if (gathered !== undefined) {
    const traces = [...gathered.told.map(({ trace }) => trace), ...gathered.whole]
    return { series: evaluateHere(base, traces, run.window, checked), isComplete: gathered.isComplete }
  }
  if (base.pipeline === undefined) throw new TypeError('the source is not asked what it cannot answer')
  if (part.isSpanwise || inParts.length === 0) {
    return askBase(base, printBaseQuery(base, base.pipeline))
  }
  const without = excludeTraces(
    base.pipeline,
    inParts.map(({ traceId }) => traceId),
  )
  const others = await askBase(base, printBaseQuery(base, without))
  const own = evaluateHere(base, inParts, run.window, checked)
  return { ...others, series: mergeSeries([others.series, own], base.merge) }
}

async function toSamples(
  plan: MetricPlan,
  series: ReadonlyMap<MetricsPipeline, BaseSeries>,
  run: SourceRun,
): Promise<MetricMeasured['samples']> {
  const { what } = plan
  if ('leaves' in what) return evaluateExpression(plan, what, series, run)
  return what.combine(series.get(what.leaf) ?? []).map(({ labels, value, holds, exemplars }) => ({
    labels: toLabelSet(labels),
    value,
    holds,
    traceIds: exemplars.map(({ traceId }) => traceId),
  }))
}

async function evaluateExpression(
  { split }: MetricPlan,
  { expression, leaves }: ExpressionPlan,
  series: ReadonlyMap<MetricsPipeline, BaseSeries>,
  run: SourceRun,
): Promise<MetricMeasured['samples']> {
  const { window } = run
  const seconds = (window.end - window.start) / SECOND_MS
  const hasData = (await run.traffic()).count > 0
  const seriesOf = (leaf: MetricsPipeline): readonly BucketedSeries[] => {
    const plan = leaves.find((each) => each.leaf === leaf)
    if (plan === undefined || !hasData) return []
    const combined = plan.combine(series.get(leaf) ?? [], seconds)
    return combined.length === 0 ? zeroOf(leaf) : combined
  }
  return evaluateSeries(expression, { seriesOf, absentCounts: 'zero' }).flatMap(
    ({ labels, values, exemplars }) => {
      const value = (values[0] ?? Number.NaN) * (split?.scale ?? 1)
      if (Number.isNaN(value)) return []
      const holds =
        split === undefined || meetsCondition(value, { comparison: split.operator, value: split.threshold })
      return [{ labels: toLabelSet(labels), value, holds, traceIds: exemplars.map(({ traceId }) => traceId) }]
    },
  )
}

/** Spans that are counted together, and are none, have been counted to 0. */
function zeroOf({ aggregate, pipeline }: MetricsPipeline): readonly BucketedSeries[] {
  if (aggregate.kind !== 'MetricsAggregate' || aggregate.by.length > 0) return []
  const { function: name } = aggregate
  if (name !== 'rate' && name !== 'count_over_time') return []
  const findsNothing = pipeline.stages.some(
    (stage) =>
      stage.kind === 'SpansetFilter' &&
      stage.expression.kind === 'Static' &&
      stage.expression.value === false,
  )
  if (findsNothing) return []
  return [{ labels: new Map([[NAME_LABEL, name]]), values: Float64Array.of(0), exemplars: [] }]
}

function toLabelSet(labels: SeriesLabels): Sample['labels'] {
  return new Map(
    [...labels].filter(([name]) => name !== NAME_LABEL).map(([name, value]) => [name, String(value)]),
  )
}
