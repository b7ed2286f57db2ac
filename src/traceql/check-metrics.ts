import type { Reject } from './check-fault.js'
import { checkFilter, checkPipeline } from './check-pipeline.js'
import type {
  MetricsAggregate,
  MetricsCompare,
  MetricsExpression,
  MetricsPipeline,
  SeriesOperation,
  Static,
} from './tree.js'

const MOST_GROUPS = 5
/** These functions need one label of their own. */
const NEEDS_OWN_LABEL: ReadonlySet<string> = new Set([
  'quantile_over_time',
  'histogram_over_time',
  'avg_over_time',
])
const MOST_COMPARED = 1000

/** The metrics query with its constants folded. */
export function checkMetrics(expression: MetricsExpression, reject: Reject): MetricsExpression {
  switch (expression.kind) {
    case 'MetricsPipeline':
      return checkMetricsPipeline(expression, reject)
    case 'SeriesRanking':
      rejectCompare(expression.source, expression.at, reject)
      if (expression.limit < 1)
        reject(expression.at, 'semantic', `${expression.function}() needs a limit of at least 1`)
      return { ...expression, source: checkMetrics(expression.source, reject) }
    case 'SeriesFilter':
      rejectCompare(expression.source, expression.at, reject)
      return { ...expression, source: checkMetrics(expression.source, reject) }
    case 'SeriesOperation':
      return checkOperation(expression, reject)
  }
}

function checkOperation(operation: SeriesOperation, reject: Reject): SeriesOperation {
  rejectCompare(operation.left, operation.at, reject)
  rejectCompare(operation.right, operation.at, reject)
  return { ...operation, left: checkSide(operation.left, reject), right: checkSide(operation.right, reject) }
}

function checkSide(side: MetricsExpression | Static, reject: Reject): MetricsExpression | Static {
  return side.kind === 'Static' ? side : checkMetrics(side, reject)
}

function rejectCompare(side: MetricsExpression | Static, at: number, reject: Reject): void {
  if (side.kind === 'MetricsPipeline' && side.aggregate.kind === 'MetricsCompare') {
    reject(at, 'semantic', 'compare() must come last: it takes neither second stages nor arithmetic')
  }
}

function checkMetricsPipeline(expression: MetricsPipeline, reject: Reject): MetricsPipeline {
  const pipeline = checkPipeline(expression.pipeline, reject)
  const { aggregate } = expression
  const checked =
    aggregate.kind === 'MetricsCompare' ? checkCompare(aggregate, reject) : checkAggregate(aggregate, reject)
  return { ...expression, pipeline, aggregate: checked }
}

function checkAggregate(aggregate: MetricsAggregate, reject: Reject): MetricsAggregate {
  const most = NEEDS_OWN_LABEL.has(aggregate.function) ? MOST_GROUPS - 1 : MOST_GROUPS
  if (aggregate.by.length > most) {
    const problem = `${aggregate.function}() by ${aggregate.by.length} values is not supported yet; the most is ${most}`
    reject(aggregate.at, 'unsupported', problem)
  }
  const wrong = aggregate.quantiles.find((quantile) => quantile < 0 || quantile > 1)
  return wrong === undefined
    ? aggregate
    : reject(aggregate.at, 'semantic', `a quantile is from 0 to 1, not ${wrong}`)
}

function checkCompare(compare: MetricsCompare, reject: Reject): MetricsCompare {
  const { topN, between, at } = compare
  const filter = checkFilter(compare.filter, reject)
  if (topN < 1 || topN > MOST_COMPARED) {
    reject(at, 'semantic', `compare() takes a number of values from 1 to ${MOST_COMPARED}, not ${topN}`)
  }
  const isUnlimited = between === undefined || (between.startUnixNano === 0n && between.endUnixNano === 0n)
  if (!isUnlimited && between.endUnixNano <= between.startUnixNano) {
    reject(at, 'semantic', 'the end of the selection of compare() must be after its start')
  }
  return { ...compare, filter }
}
