import { foldConstants, type ScalarOperator } from './constant.js'
import type { Cursor } from './parse-cursor.js'
import type {
  LogicalOperator,
  MetricsExpression,
  OrderOperator,
  ScalarExpression,
  ScalarFilter,
  SpansetExpression,
  Static,
  StructuralOperator,
} from './tree.js'

/**
 * What may stand beside an operator outside of braces. The sorts do not mix: Tempo tells them apart while it parses.
 * `spanset`: spans by a filter; `isWrapped` where it is in parentheses and may stand beside a pipeline.
 * `pipeline`: a pipeline in parentheses. `constant`, `aggregate`, `scalarPipeline`: numbers. `filter`: a comparison of
 * numbers, complete. `metrics`: series.
 */
export type Operand =
  | { readonly sort: 'spanset'; readonly node: SpansetExpression; readonly isWrapped: boolean }
  | { readonly sort: 'pipeline'; readonly node: SpansetExpression }
  | { readonly sort: 'constant'; readonly node: Static }
  | { readonly sort: 'aggregate'; readonly node: ScalarExpression }
  | { readonly sort: 'scalarPipeline'; readonly node: ScalarExpression }
  | { readonly sort: 'filter'; readonly node: ScalarFilter; readonly ofPipelines: boolean }
  | { readonly sort: 'metrics'; readonly node: MetricsExpression }

type OperandOf<S extends Operand['sort']> = Extract<Operand, { sort: S }>
type Numeric = OperandOf<'constant' | 'aggregate' | 'scalarPipeline'>

export function isNumeric(operand: Operand): operand is Numeric {
  return operand.sort === 'constant' || operand.sort === 'aggregate' || operand.sort === 'scalarPipeline'
}

const PARTNERS: Readonly<Record<Operand['sort'], string>> = {
  spanset: 'a spanset such as { status = error }',
  pipeline: 'a pipeline or spanset in parentheses',
  constant: 'a number, an aggregate such as count(), or a metrics query in parentheses',
  aggregate: 'a number or an aggregate such as count()',
  scalarPipeline: 'a number, or a pipeline in parentheses that ends in an aggregate',
  filter: 'nothing more',
  metrics: 'a metrics query in parentheses, or a number',
}

/** Two spansets, or two pipelines in parentheses, by an operator between spansets. */
export function combineSpansets(
  cursor: Cursor,
  left: OperandOf<'spanset' | 'pipeline'>,
  operator: LogicalOperator | StructuralOperator,
  at: number,
  right: Operand,
): Operand {
  const ofPipelines = left.sort === 'pipeline'
  const fits = ofPipelines
    ? right.sort === 'pipeline' || (right.sort === 'spanset' && right.isWrapped)
    : right.sort === 'spanset'
  if (!fits || (right.sort !== 'spanset' && right.sort !== 'pipeline')) {
    return failBeside(cursor, right, left.sort)
  }
  const node: SpansetExpression = {
    kind: 'SpansetOperation',
    operator,
    left: left.node,
    right: right.node,
    at,
  }
  if (ofPipelines || right.sort === 'pipeline') return { sort: 'pipeline', node }
  return { sort: 'spanset', node, isWrapped: left.isWrapped && right.isWrapped }
}

/** Arithmetic between numbers, or with series; two constants are folded at once. */
export function combineArithmetic(
  cursor: Cursor,
  left: Numeric | OperandOf<'metrics'>,
  operator: ScalarOperator,
  at: number,
  right: Operand,
): Operand {
  if (left.sort === 'constant' && right.sort === 'constant') {
    return { sort: 'constant', node: foldConstants(cursor, operator, left.node, right.node) }
  }
  if (isNumeric(left) && isNumeric(right)) {
    const sort = mixedSort(cursor, left, right)
    return { sort, node: { kind: 'ScalarOperation', operator, left: left.node, right: right.node, at } }
  }
  const leftSide = metricsSide(cursor, left)
  const rightSide = metricsSide(cursor, right)
  if (leftSide === undefined) return failBeside(cursor, right, left.sort)
  if (rightSide === undefined) return failBeside(cursor, right, left.sort)
  return {
    sort: 'metrics',
    node: { kind: 'SeriesOperation', operator, left: leftSide, right: rightSide, at },
  }
}

function metricsSide(cursor: Cursor, operand: Operand): MetricsExpression | Static | undefined {
  if (operand.sort === 'metrics') return operand.node
  if (operand.sort !== 'constant') return undefined
  if (operand.node.type !== 'duration') return operand.node
  return cursor.fail(
    operand.node.at,
    'a duration cannot take part in arithmetic here; write it as one number',
  )
}

function mixedSort(cursor: Cursor, left: Numeric, right: Numeric): 'aggregate' | 'scalarPipeline' {
  const sorts = [left.sort, right.sort].filter((sort) => sort !== 'constant')
  if (new Set(sorts).size > 1) return failBeside(cursor, right, left.sort)
  return sorts[0] ?? 'aggregate'
}

/** A comparison of two numbers, of which one at least is not constant. */
export function compareNumbers(
  cursor: Cursor,
  left: Numeric,
  operator: OrderOperator,
  at: number,
  right: Operand,
): Operand {
  if (!isNumeric(right)) return failBeside(cursor, right, left.sort)
  if (left.sort === 'constant' && right.sort === 'constant') {
    return cursor.failExpecting('an aggregate such as count() (two constants are not compared)')
  }
  const ofPipelines = mixedSort(cursor, left, right) === 'scalarPipeline'
  return {
    sort: 'filter',
    node: { kind: 'ScalarFilter', operator, left: left.node, right: right.node, at },
    ofPipelines,
  }
}

function failBeside(cursor: Cursor, right: Operand, left: Operand['sort']): never {
  return cursor.fail(right.node.at, `expected ${PARTNERS[left]} at the right of this operator`)
}
