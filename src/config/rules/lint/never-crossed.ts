import type { ValueCondition } from '../../../model/alerting-rule.js'
import type { Aggregate, Pipeline, PipelineStage, ScalarFilter } from '../../../traceql/index.js'
import { toNumber } from '../read-condition.js'
import type { Finding, Lint } from './lint.js'
import { queryPath } from './query-path.js'
import { seriesRange } from './series-range.js'
import { ANY_VALUE, canMeet, FROM_ZERO, mustMeet, type ValueRange } from './value-range.js'

/** A condition that no value can meet, or every one does. */
export const lintNeverCrossed: Lint = ({ rule, query: { root } }) => {
  if (root.kind === 'Pipeline') return lintStages(root).map((each) => ({ ...each, path: queryPath(rule) }))
  if (root.kind !== 'SeriesFilter') return []
  const value = toNumber(root.value)
  return value === undefined ? [] : judge({ comparison: root.operator, value }, seriesRange(root.source))
}

function judge(condition: ValueCondition, range: ValueRange): readonly Finding[] {
  const { comparison, value } = condition
  const told = `${comparison} ${value}`
  if (!canMeet(range, [condition]))
    return [finding(`the value is ${describe(range)}, so that ${told} never holds`)]
  return mustMeet(range, condition)
    ? [finding(`the value is ${describe(range)}, so that ${told} always holds`)]
    : []
}

function finding(problem: string): Finding {
  return { path: ['expr'], problem }
}

function describe({ least, most }: ValueRange): string {
  if (most === 1 && least === 0) return 'a share from 0 to 1'
  return Number.isFinite(most) ? `from ${least} to ${most}` : `never below ${least}`
}

function lintStages({ stages }: Pipeline): readonly Finding[] {
  return stages.flatMap((stage) => (stage.kind === 'ScalarFilter' ? lintScalar(stage) : lintFilter(stage)))
}

function lintScalar({ operator, left, right }: ScalarFilter): readonly Finding[] {
  if (left.kind !== 'Aggregate' || right.kind !== 'Static') return []
  const value = toNumber(right)
  return value === undefined ? [] : judge({ comparison: operator, value }, aggregateRange(left))
}

/** A spanset that is counted has a span at least. */
function aggregateRange({ expression }: Aggregate): ValueRange {
  if (expression === undefined) return { least: 1, most: Number.POSITIVE_INFINITY }
  const isDuration = expression.kind === 'Intrinsic' && /duration$/i.test(expression.name)
  return isDuration ? FROM_ZERO : ANY_VALUE
}

function lintFilter(stage: PipelineStage): readonly Finding[] {
  const isFalse =
    stage.kind === 'SpansetFilter' && stage.expression.kind === 'Static' && stage.expression.value === false
  return isFalse ? [finding('the filter is false for every span')] : []
}
