import type { MetricRule } from '../../../model/alerting-rule.js'
import { SourceError } from '../../../model/source-error.js'
import {
  findLeaves,
  printField,
  splitComparison,
  type CheckedQuery,
  type MetricsExpression,
  type SplitComparison,
} from '../../../traceql/index.js'
import { checkQuery } from '../match/plan-match.js'
import { widenFilter } from '../rewrite/rewrite-filters.js'
import { findFilters, rewritePipelineWidely } from '../rewrite/rewrite-pipeline.js'
import { toSpanCondition } from '../rewrite/span-condition.js'
import type { TraceNeeds } from '../trace-needs.js'
import { planLeaf, type LeafPlan, type SpansPlan } from './plan-leaf.js'
import { planQuantile, type QuantilePlan } from './plan-quantile.js'

/** How a metric rule is measured on a source. */
export interface MetricPlan {
  readonly kind: 'metric'
  readonly rule: MetricRule
  readonly checked: CheckedQuery
  /** The comparison that the expression ends in; undefined where it ends in none. */
  readonly split: SplitComparison | undefined
  readonly what: ExpressionPlan | QuantilePlan
}

/** An expression whose parts that take spans are worked out one by one. */
export interface ExpressionPlan {
  readonly expression: MetricsExpression
  readonly leaves: readonly LeafPlan[]
}

/** Throws a `SourceError` for an expression that is wrong, is no metrics query, or cannot be measured exactly. */
export function planMetric(rule: MetricRule): MetricPlan {
  const checked = checkQuery(rule.expr)
  const { root } = checked
  if (root.kind === 'Pipeline') {
    throw new SourceError('the expression is a search, expected a metrics query', { reason: 'unsupported' })
  }
  if (checked.query.hints.some(({ name, value }) => name === 'extrapolate' && value.value === true)) {
    throw new SourceError('the hint extrapolate is not supported here', { reason: 'unsupported' })
  }
  const split = splitComparison(checked)
  return {
    kind: 'metric',
    rule,
    checked,
    split,
    what: planQuantileOf(root, split) ?? planExpression(split, root),
  }
}

function planExpression(split: SplitComparison | undefined, root: MetricsExpression): ExpressionPlan {
  const expression = split?.values.root ?? root
  if (expression.kind === 'Pipeline') throw new TypeError('a comparison of series is of no search')
  return { expression, leaves: findLeaves(expression).map(planLeaf) }
}

/** A quantile that is compared with a number, and nothing else. */
function planQuantileOf(
  root: MetricsExpression,
  split: SplitComparison | undefined,
): QuantilePlan | undefined {
  if (root.kind !== 'SeriesFilter' || split === undefined) return undefined
  const leaf = root.source
  if (leaf.kind !== 'MetricsPipeline' || leaf.aggregate.kind !== 'MetricsAggregate') return undefined
  if (leaf.aggregate.function !== 'quantile_over_time') return undefined
  const comparison = { operator: split.operator, literal: root.value, threshold: split.threshold }
  return planQuantile(leaf, leaf.aggregate, comparison)
}

/** The parts of a plan that take spans. */
export function partsOf({ what }: MetricPlan): readonly SpansPlan[] {
  return 'leaves' in what ? what.leaves : [what]
}

/** What of traces must be known to work out a part here. */
export function needsOf({ leaf, needsItems, isSpanwise }: SpansPlan, { needs }: CheckedQuery): TraceNeeds {
  const condition = isSpanwise && !needsItems ? toSpanCondition(leaf.pipeline) : undefined
  return {
    condition: condition && widenFilter(condition),
    candidates: rewritePipelineWidely(leaf.pipeline),
    exact: undefined,
    exactFields: [],
    conditions: findFilters(leaf.pipeline.stages).map(({ expression }) => widenFilter(expression)),
    fields: [...needs.attributes.map(printField), ...needs.intrinsics, 'span:parentID'],
    needsItems,
  }
}
