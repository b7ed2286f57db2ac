import type { MetricRule } from '../../model/alerting-rule.js'
import type { LabelSet } from '../../model/label-set.js'
import { meetsCondition } from '../../model/meets-condition.js'
import { MOST_EXEMPLARS, type Sample } from '../../model/rule-sample.js'
import { SourceError } from '../../model/source-error.js'
import type { Span } from '../../model/span.js'
import type { Interval } from '../../model/time.js'
import type { TraceMatch } from '../../model/trace-match.js'
import {
  compile,
  NAME_LABEL,
  splitComparison,
  type CheckedQuery,
  type MetricsInput,
  type MetricsOptions,
  type MetricSeries,
  type SplitComparison,
  type TraceContext,
} from '../../traceql/index.js'
import { startsIn, toNanoWindow, type NanoWindow } from './nano-window.js'
import type { RuleProgram, RuleRun, Taker, WindowFacts } from './rule-run.js'
import type { TraceMatches } from './trace-matches.js'
import type { TraceTimes } from './trace-times.js'

/**
 * A metric rule: a sample for each series, over the spans that start in the window. The comparison that the expression
 * ends in is made here, so that the values are known of those series too for which it does not hold.
 */
export function createMetricProgram(rule: MetricRule, checked: CheckedQuery): RuleProgram {
  const split = splitComparison(checked)
  const program = compile(split?.values ?? checked)
  if (program.kind === 'search') {
    throw new SourceError('the expression is a search, expected a metrics query', { reason: 'unsupported' })
  }
  const preference = exemplarsFor(split)
  const options: Partial<MetricsOptions> = {
    quantiles: 'exact',
    absentCounts: 'zero',
    maxExemplars: MOST_EXEMPLARS,
    exemplars: preference,
  }
  const showsAll = rule.resolveWhen !== undefined
  const isProvenByPart = split !== undefined && isLowerBound(split)
  return {
    kind: 'metric',
    start: (window): RuleRun => {
      const evaluation = program.start({ mode: 'instant', ...window }, options)
      const { inputs } = evaluation
      return {
        takers: inputs.map((input) => createTaker(input, window, preference)),
        measure: (facts) => {
          const hasData = facts.traceCount > 0
          if (hasData) for (const input of inputs) input.noteTrace()
          const { series, truncated } = evaluation.answer()
          const isComplete = facts.isComplete && !truncated
          const all = series.flatMap((one) => toSample(one, split, showsAll, facts))
          const samples = isComplete || isProvenByPart ? all : []
          return { window, samples, completeness: isComplete ? 'complete' : 'partial', hasData }
        },
      }
    },
  }
}

type Preference = MetricsOptions['exemplars']

/** Those that show best why the comparison holds. */
function exemplarsFor(split: SplitComparison | undefined): Preference {
  if (split?.operator === '>' || split?.operator === '>=') return 'greatest'
  return split?.operator === '<' || split?.operator === '<=' ? 'least' : 'first'
}

const GROWING: ReadonlySet<string> = new Set(['rate', 'count_over_time', 'max_over_time'])

/** Whether what holds over a part of the traces holds over all of them. */
function isLowerBound({ operator, values: { root } }: SplitComparison): boolean {
  if (operator !== '>' && operator !== '>=') return false
  if (root.kind !== 'MetricsPipeline' || root.aggregate.kind !== 'MetricsAggregate') return false
  return GROWING.has(root.aggregate.function)
}

function createTaker(input: MetricsInput, window: Interval, preference: Preference): Taker {
  const nano = toNanoWindow(window)
  const { selection, together } = input
  return {
    selection,
    take: (context, spans, times) => takeSpans(input, nano, context, spans, times),
    alike: together && {
      needsDurations: together === 'durations',
      exemplars: together === 'durations' && preference !== 'first' ? preference : 'newest',
      take: (alike) => input.observeAlike(alike, BUCKET),
    },
  }
}

/** All of the window is one bucket. */
const BUCKET = 0

function takeSpans(
  input: MetricsInput,
  window: NanoWindow,
  context: TraceContext,
  spans: readonly Span[],
  times: TraceTimes,
): void {
  const starting = times.startsIn(window)
  if (starting === 'none') return
  for (const span of spans) {
    if (starting === 'all' || startsIn(span, Number(span.startTimeUnixNano), window)) {
      input.observe(context, span, BUCKET)
    }
  }
}

function toSample(
  { labels, samples, exemplars }: MetricSeries,
  split: SplitComparison | undefined,
  showsAll: boolean,
  { matches }: WindowFacts,
): Sample[] {
  const [sample] = samples
  if (sample === undefined) return []
  const value = sample.value * (split?.scale ?? 1)
  const holds =
    split === undefined || meetsCondition(value, { comparison: split.operator, value: split.threshold })
  const ids = holds || showsAll ? proving(exemplars, split).map(({ traceId }) => traceId) : []
  return [{ labels: toLabelSet(labels), value, holds, exemplars: toMatches(ids, matches) }]
}

const MEASURING: ReadonlySet<string> = new Set([
  'quantile_over_time',
  'max_over_time',
  'min_over_time',
  'avg_over_time',
])

/** Where spans are measured by what is compared, those that meet the condition by themselves, if any does. */
function proving(exemplars: MetricSeries['exemplars'], split: SplitComparison | undefined) {
  const root = split?.values.root
  if (split === undefined || root?.kind !== 'MetricsPipeline') return exemplars
  const { aggregate } = root
  if (aggregate.kind !== 'MetricsAggregate' || !MEASURING.has(aggregate.function)) return exemplars
  const condition = { comparison: split.operator, value: split.threshold }
  const proofs = exemplars.filter(({ value }) => meetsCondition(value * (split.scale ?? 1), condition))
  return proofs.length > 0 ? proofs : exemplars
}

function toLabelSet(labels: MetricSeries['labels']): LabelSet {
  return new Map(
    [...labels].filter(([name]) => name !== NAME_LABEL).map(([name, value]) => [name, String(value)]),
  )
}

/** The newest first. */
function toMatches(ids: readonly string[], matches: TraceMatches): readonly TraceMatch[] {
  return ids
    .flatMap((id) => matches.ofId(id) ?? [])
    .toSorted((left, right) => (right.start ?? 0) - (left.start ?? 0))
}
