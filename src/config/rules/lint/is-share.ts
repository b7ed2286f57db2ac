import type {
  FieldExpression,
  MetricsExpression,
  MetricsPipeline,
  SeriesOperation,
  Static,
} from '../../../traceql/index.js'

/** Whether an operation divides the count of some spans by the count of all of them, which is never more than 1. */
export function isShare({ operator, left, right }: SeriesOperation): boolean {
  if (operator !== '/') return false
  const [part, whole] = [readCount(left), readCount(right)]
  if (part === undefined || whole === undefined || part.counted !== whole.counted) return false
  return whole.conditions.every((condition) => part.conditions.includes(condition))
}

interface Count {
  /** How it is counted and by what, as text. */
  readonly counted: string
  /** What each span meets, as texts. */
  readonly conditions: readonly string[]
}

function readCount(expression: MetricsExpression | Static): Count | undefined {
  if (expression.kind !== 'MetricsPipeline') return undefined
  const { aggregate } = expression
  if (aggregate.kind !== 'MetricsAggregate') return undefined
  if (aggregate.function !== 'rate' && aggregate.function !== 'count_over_time') return undefined
  const conditions = readConditions(expression)
  return conditions && { counted: toKey([aggregate.function, aggregate.by]), conditions }
}

/** What stands in the one filter of a pipeline, taken apart at `&&`. */
function readConditions({ pipeline: { stages } }: MetricsPipeline): readonly string[] | undefined {
  const [filter, ...others] = stages
  return filter?.kind === 'SpansetFilter' && others.length === 0 ? conjuncts(filter.expression) : undefined
}

function conjuncts(expression: FieldExpression): readonly string[] {
  if (expression.kind === 'Static' && expression.value === true) return []
  if (expression.kind !== 'BinaryOperation' || expression.operator !== '&&') return [toKey(expression)]
  return [...conjuncts(expression.left), ...conjuncts(expression.right)]
}

/** The same for trees that mean the same, wherever they stand. */
function toKey(node: unknown): string {
  return JSON.stringify(node, (key, value: unknown) => {
    if (key === 'at') return undefined
    return typeof value === 'bigint' ? `${value}n` : value
  })
}
