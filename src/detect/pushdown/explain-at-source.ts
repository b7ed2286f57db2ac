import type { AlertingRule } from '../../model/alerting-rule.js'
import type { RulePlan } from '../../model/rule-sample.js'
import type { SpanSource } from '../../model/source.js'
import { SourceError } from '../../model/source-error.js'
import type { Timestamp } from '../../model/time.js'
import type { Pipeline } from '../../traceql/index.js'
import { toSpanQuery, toTraceQuery } from './joined-queries.js'
import { checkQuery, type MatchPlan } from './match/plan-match.js'
import { printBaseQuery, type BaseQuery } from './metric/base-query.js'
import { needsOf, partsOf, type MetricPlan } from './metric/plan-metric.js'
import type { SpansPlan } from './metric/plan-leaf.js'
import { planRule } from './plan-rule.js'
import { whyRewritten } from './rewrite/why-rewritten.js'
import { needsSpansOnly } from './trace-needs.js'

type PlannedQuery = RulePlan['queries'][number]

/** Tells what of a rule runs at the source and what here, and why. Rejects with a `SourceError` where it cannot be measured. */
export async function explainAtSource(
  source: Pick<SpanSource, 'freshness'>,
  rule: AlertingRule,
  at: Timestamp,
  signal: AbortSignal,
): Promise<RulePlan> {
  const plan = planRule(rule)
  if (plan instanceof SourceError) throw plan
  const queries = plan.kind === 'match' ? explainMatch(plan) : explainMetric(plan)
  return { queries, freshness: await source.freshness(at, signal) }
}

function explainMatch(plan: MatchPlan): readonly PlannedQuery[] {
  const { root } = checkQuery(plan.rule.expr)
  const changes = root.kind === 'Pipeline' ? describeChanges(root) : ''
  const asked: PlannedQuery = needsSpansOnly(plan)
    ? {
        text: toSpanQuery([plan]),
        runs: 'source',
        why: `finds the spans that may match, with what must be known of them; joined with other rules of the window${changes}`,
      }
    : {
        text: toTraceQuery([plan], false),
        runs: 'source',
        why: `finds the traces that may match, which are then looked up as a whole; joined with other rules of the window${changes}`,
      }
  const judged = needsSpansOnly(plan)
    ? 'judges the spans that were found, each by itself'
    : 'judges whole traces, as the source may hold a trace in parts and judge each by itself'
  return [asked, TRACES_IN_PARTS, { text: plan.rule.expr, runs: 'here', why: judged }, ...TRAFFIC]
}

const TRACES_IN_PARTS: PlannedQuery = {
  text: '{ nestedSetParent = 0 }',
  runs: 'source',
  why: 'finds the traces that the source may hold in parts; they are looked up and judged as a whole; asked once for all rules of the window',
}

const TRAFFIC: readonly PlannedQuery[] = [
  {
    text: '',
    runs: 'source',
    why: 'finds some traces of the window, whatever they are: whether there is data, and enough traffic; asked once for all rules of the window',
  },
]

function describeChanges(pipeline: Pipeline): string {
  const reasons = whyRewritten(pipeline)
  return reasons.length === 0 ? '' : `; written so because at a Tempo ${reasons.join(', ')}`
}

function explainMetric(plan: MetricPlan): readonly PlannedQuery[] {
  const parts = partsOf(plan)
  const dependsOnParts = parts.some(({ isSpanwise }) => !isSpanwise)
  return [
    ...parts.flatMap((part) => explainPart(part, plan)),
    ...(dependsOnParts ? [TRACES_IN_PARTS] : []),
    { text: plan.rule.expr, runs: 'here', why: explainRest(plan) },
    ...TRAFFIC,
  ]
}

function explainPart(part: SpansPlan, plan: MetricPlan): readonly PlannedQuery[] {
  const isAsked = !part.needsItems && part.bases.every(({ pipeline }) => pipeline !== undefined)
  if (isAsked) return part.bases.map((base) => explainBase(base, part))
  const needs = needsOf(part, plan.checked)
  const text = needsSpansOnly(needs) ? toSpanQuery([needs]) : toTraceQuery([needs], false)
  return [
    {
      text,
      runs: 'source',
      why: `finds spans of interest, over which this part is worked out here${describeChanges(part.leaf.pipeline)}`,
    },
  ]
}

function explainBase(base: BaseQuery, { isSpanwise, leaf }: SpansPlan): PlannedQuery {
  const without = isSpanwise ? '' : ', without traces in parts, which are worked out here'
  return {
    text: base.pipeline === undefined ? '' : printBaseQuery(base, base.pipeline),
    runs: 'source',
    why: `exact over whole steps, which are merged here${without}${describeChanges(leaf.pipeline)}`,
  }
}

function explainRest({ what }: MetricPlan): string {
  if ('leaves' in what)
    return 'arithmetic, rankings and comparisons of the series, so that all values are known'
  return 'a source knows quantiles by powers of two only: whether it is above the number is told by the share of values above it, and the value is an estimate'
}
