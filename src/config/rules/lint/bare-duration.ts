import {
  fieldType,
  type BinaryOperation,
  type FieldExpression,
  type MetricsExpression,
  type ScalarExpression,
  type ScalarFilter,
  type SeriesFilter,
} from '../../../traceql/index.js'
import type { Lint } from './lint.js'
import { queryPath } from './query-path.js'

/** A number without a unit that is compared with a duration, such as `duration > 500`, which are 500 nanoseconds. */
export const lintBareDuration: Lint = ({ rule, query: { root } }) => {
  const bare = comparisonsIn(root).flatMap(findNumbers)
  const problems = bare.filter(({ number }) => isWritten(number, rule.expr)).map(describe)
  return [...new Set(problems)].map((problem) => ({ path: queryPath(rule), problem }))
}

type Comparison = BinaryOperation | ScalarFilter | SeriesFilter

const COMPARISONS: ReadonlySet<unknown> = new Set(['BinaryOperation', 'ScalarFilter', 'SeriesFilter'])

/** Those anywhere in a tree, which is no deeper than queries may be. */
function comparisonsIn(value: unknown): readonly Comparison[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.values(value).flatMap(comparisonsIn)
  return isComparison(value) ? [value, ...inside] : inside
}

function isComparison(node: object): node is Comparison {
  return 'kind' in node && COMPARISONS.has(node.kind)
}

/** A number, and what it is taken for. */
interface BareNumber {
  readonly number: string
  readonly unit: 'nanoseconds' | 'seconds'
}

function findNumbers(node: Comparison): readonly BareNumber[] {
  if (node.kind === 'SeriesFilter') return isInSeconds(node.source) ? toBare(node.value, 'seconds') : []
  const isCompared = node.kind === 'ScalarFilter' || /^[<>!=]/.test(node.operator)
  const sides = [
    [node.left, node.right],
    [node.right, node.left],
  ] as const
  return isCompared
    ? sides.flatMap(([side, other]) => (isDuration(other) ? toBare(side, 'nanoseconds') : []))
    : []
}

function isDuration(side: FieldExpression | ScalarExpression): boolean {
  if (side.kind === 'Aggregate')
    return side.expression !== undefined && fieldType(side.expression) === 'duration'
  return side.kind === 'Intrinsic' && fieldType(side) === 'duration'
}

/** Durations that are measured over time are told in seconds. */
function isInSeconds(source: MetricsExpression): boolean {
  if (source.kind !== 'MetricsPipeline' || source.aggregate.kind !== 'MetricsAggregate') return false
  const { field } = source.aggregate
  return field !== undefined && fieldType(field) === 'duration'
}

/** But for nothing, which is the same in every unit. */
function toBare(side: FieldExpression | ScalarExpression, unit: BareNumber['unit']): readonly BareNumber[] {
  const isNumber = side.kind === 'Static' && (side.type === 'int' || side.type === 'float')
  return isNumber && Number(side.value) !== 0 ? [{ number: String(side.value), unit }] : []
}

/** What was worked out of several numbers, such as `2 * 1s`, may have had a unit. */
function isWritten(number: string, expr: string): boolean {
  return expr.includes(number.replace(/^0(?=\.)/, ''))
}

function describe({ number, unit }: BareNumber): string {
  return `${number} is compared with a duration and has no unit, so it is ${number} ${unit}: write one, such as ${number}ms or ${number}s`
}
