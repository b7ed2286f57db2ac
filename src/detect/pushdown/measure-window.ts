import { MOST_EXEMPLARS, type RuleMeasure, type Sample } from '../../model/rule-sample.js'
import { SourceError } from '../../model/source-error.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'
import { newestMatches, type TraceMatch } from '../../model/trace-match.js'
import { gatherTraces, type Gathered, type GatheredTraces } from './gather-traces.js'
import { measureMatch } from './match/measure-match.js'
import type { MatchMemory } from './match/match-memory.js'
import type { MatchPlan } from './match/plan-match.js'
import {
  dependsOnParts,
  isAskedOfSource,
  measureMetric,
  type MetricMeasured,
  type MetricRun,
} from './metric/measure-metric.js'
import { createBaseAsker } from './metric/ask-base.js'
import { needsOf, partsOf, type MetricPlan } from './metric/plan-metric.js'
import type { SpansPlan } from './metric/plan-leaf.js'
import type { MeasurePlan } from './plan-rule.js'
import { tracesByIds } from './traces-by-ids.js'
import { isKnown, unlessRefused, type SourceRun, type Suspects } from './source-run.js'
import type { TraceNeeds } from './trace-needs.js'

/** What is known of earlier evaluations of match rules. */
export type MatchMemories = WeakMap<MatchPlan, MatchMemory>

export type Measures = ReadonlyMap<MeasurePlan, RuleMeasure | SourceError>

/** Measures rules of one window together. */
export async function measureWindow(
  plans: readonly MeasurePlan[],
  memories: MatchMemories,
  run: SourceRun,
): Promise<Measures> {
  const matches = plans.filter((plan) => plan.kind === 'match')
  const metrics = plans.filter((plan) => plan.kind === 'metric')
  const suspects = await askSuspects(matches, metrics, run)
  if (suspects instanceof SourceError) return new Map(plans.map((plan) => [plan, suspects]))
  const here = findPartsHere(metrics, suspects)
  const gathering = gatherTraces([...matches, ...here.values()], run)
  const [matchMeasures, metricMeasures] = await Promise.all([
    measureMatches(matches, gathering, memories, run),
    measureMetrics(metrics, { here, gathering, suspects }, run),
  ])
  return new Map([...matchMeasures, ...metricMeasures])
}

const NO_SUSPECTS: Suspects = { ids: new Set(), areKnown: true }

/** The traces in parts, where they make a difference to any of the rules. */
async function askSuspects(
  matches: readonly MatchPlan[],
  metrics: readonly MetricPlan[],
  run: SourceRun,
): Promise<Suspects | SourceError> {
  const matter = matches.length > 0 || metrics.some(dependsOnParts)
  return matter ? unlessRefused(run.suspects()) : NO_SUSPECTS
}

type PartsHere = ReadonlyMap<SpansPlan, TraceNeeds>

/** The parts of metrics queries that the source gets wrong. */
function findPartsHere(metrics: readonly MetricPlan[], suspects: Suspects): PartsHere {
  return new Map(
    metrics.flatMap((plan) =>
      partsOf(plan)
        .filter((part) => !isAskedOfSource(part, suspects))
        .map((part) => [part, needsOf(part, plan.checked)] as const),
    ),
  )
}

async function measureMatches(
  plans: readonly MatchPlan[],
  gathering: Promise<GatheredTraces>,
  memories: MatchMemories,
  run: SourceRun,
): Promise<readonly (readonly [MeasurePlan, RuleMeasure | SourceError])[]> {
  const gathered = await gathering
  return Promise.all(
    plans.map(async (plan) => {
      const traces = gathered.get(plan)
      if (traces === undefined || traces instanceof SourceError)
        return [plan, traces ?? NOT_GATHERED] as const
      const measured = await unlessRefused(measureMatch(plan, traces, memories.get(plan), run))
      if (measured instanceof SourceError) return [plan, measured] as const
      if (run.lookBackMs > 0) memories.set(plan, measured.memory)
      return [plan, measured.measure] as const
    }),
  )
}

const NOT_GATHERED = new SourceError('no traces were gathered for the rule', { reason: 'failed' })

interface MetricInputs {
  readonly here: PartsHere
  readonly gathering: Promise<GatheredTraces>
  readonly suspects: Suspects
}

async function measureMetrics(
  plans: readonly MetricPlan[],
  inputs: MetricInputs,
  run: SourceRun,
): Promise<readonly (readonly [MeasurePlan, RuleMeasure | SourceError])[]> {
  const shared: MetricRun = { run, askBase: createBaseAsker(run) }
  const measured = await Promise.all(
    plans.map(async (plan) => [plan, await unlessRefused(measureWith(plan, inputs, shared))] as const),
  )
  const ids = measured.flatMap(([plan, outcome]) =>
    outcome instanceof SourceError ? [] : shownIds(plan, outcome),
  )
  const known = await tracesByIds([...new Set(ids)], run)
  return Promise.all(
    measured.map(async ([plan, outcome]) => {
      if (outcome instanceof SourceError) return [plan, outcome] as const
      return [plan, await unlessRefused(toMeasure(plan, outcome, known, run))] as const
    }),
  )
}

async function measureWith(
  plan: MetricPlan,
  inputs: MetricInputs,
  shared: MetricRun,
): Promise<MetricMeasured> {
  const { here, gathering, suspects } = inputs
  const gathered = partsOf(plan).some((part) => here.has(part)) ? await gathering : new Map()
  const inParts =
    dependsOnParts(plan) && suspects.areKnown ? await lookUpSuspects(plan, suspects, shared.run) : []
  return measureMetric(plan, (part) => ({ gathered: gatheredFor(part, here, gathered), inParts }), shared)
}

/** Throws the `SourceError` where the traces could not be gathered. */
function gatheredFor(part: SpansPlan, here: PartsHere, gathered: GatheredTraces): Gathered | undefined {
  const needs = here.get(part)
  if (needs === undefined) return undefined
  const traces = gathered.get(needs) ?? NOT_GATHERED
  if (traces instanceof SourceError) throw traces
  return traces
}

async function lookUpSuspects(
  plan: MetricPlan,
  { ids }: Suspects,
  run: SourceRun,
): Promise<readonly Trace[]> {
  const fields = [...new Set(partsOf(plan).flatMap((part) => needsOf(part, plan.checked).fields))]
  return ids.size === 0 ? [] : (await run.wholeTraces([...ids], fields)).items
}

function shownIds({ rule }: MetricPlan, { samples }: MetricMeasured): readonly TraceId[] {
  return samples.flatMap(({ holds, traceIds }) =>
    holds || rule.resolveWhen !== undefined ? traceIds.slice(0, MOST_EXEMPLARS) : [],
  )
}

async function toMeasure(
  { rule, split }: MetricPlan,
  measured: MetricMeasured,
  known: ReadonlyMap<TraceId, TraceMatch>,
  run: SourceRun,
): Promise<RuleMeasure> {
  const traffic = await run.traffic()
  const isComplete = measured.isComplete && isKnown(traffic, 1)
  const shown = measured.samples.map(({ traceIds, ...sample }): Sample => {
    const isShown = sample.holds || rule.resolveWhen !== undefined
    const exemplars = isShown ? traceIds.flatMap((id) => known.get(id) ?? []) : []
    return { ...sample, exemplars: newestMatches(exemplars, MOST_EXEMPLARS) }
  })
  return {
    window: run.window,
    samples: isComplete || isProvenByPart(split) ? shown : [],
    completeness: isComplete ? 'complete' : 'partial',
    hasData: traffic.count > 0,
  }
}

const GROWING: ReadonlySet<string> = new Set(['rate', 'count_over_time', 'max_over_time'])

/** Whether what holds over a part of the traces holds over all of them. */
function isProvenByPart(split: MetricPlan['split']): boolean {
  if (split?.operator !== '>' && split?.operator !== '>=') return false
  const root = split.values.root
  if (root.kind !== 'MetricsPipeline' || root.aggregate.kind !== 'MetricsAggregate') return false
  return GROWING.has(root.aggregate.function)
}
