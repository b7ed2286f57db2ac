import {
  printField,
  type FieldExpression,
  type Pipeline,
  type PipelineStage,
  type ScalarFilter,
  type SpansetExpression,
  type SpansetFilter,
  type SpansetOperation,
  type StructuralOperator,
} from '../../../traceql/index.js'
import { growsWithSpans, isRight, someSpanMeets, toAggregateTest } from './aggregate-bound.js'
import { ALWAYS } from './conditions.js'
import { isField } from './fields.js'
import { rewriteFilters, widenFilter } from './rewrite-filters.js'

/**
 * A checked pipeline, so that a Tempo finds by it just the spans that it should of every trace that it holds in one part.
 * Undefined where there is no such pipeline. `alsoWhole` names attributes that the rest of the query reads whole.
 */
export function rewritePipeline(pipeline: Pipeline, alsoWhole: ReadonlySet<string>): Pipeline | undefined {
  const filters = findFilters(pipeline.stages)
  const conditions = rewriteFilters(
    filters.map(({ expression }) => expression),
    new Set([...alsoWhole, ...findGroups(pipeline.stages)]),
  )
  if (conditions === undefined) return undefined
  return rebuild(pipeline, new Map(filters.map((filter, index) => [filter, conditions[index] ?? ALWAYS])))
}

/** What becomes of each filter of a pipeline. */
type Conditions = ReadonlyMap<SpansetFilter, FieldExpression>

/** All filters of a pipeline, also those within its parts. One that begins otherwise begins with all spans. */
export function findFilters(stages: readonly PipelineStage[]): readonly SpansetFilter[] {
  return withFilterFirst(stages).flatMap((stage): readonly SpansetFilter[] => {
    if (stage.kind === 'SpansetFilter') return [stage]
    if (stage.kind === 'Pipeline') return findFilters(stage.stages)
    return stage.kind === 'SpansetOperation'
      ? [stage.left, stage.right].flatMap((side) => findFilters([side]))
      : []
  })
}

/** The names of the attributes that are grouped by. */
function findGroups(stages: readonly PipelineStage[]): readonly string[] {
  return stages.flatMap((stage): readonly string[] => {
    if (stage.kind === 'GroupOperation')
      return isField(stage.expression) ? [printField(stage.expression)] : []
    if (stage.kind === 'Pipeline') return findGroups(stage.stages)
    return stage.kind === 'SpansetOperation' ? findGroups([stage.left, stage.right]) : []
  })
}

function rebuild(pipeline: Pipeline, conditions: Conditions): Pipeline | undefined {
  const stages = withFilterFirst(pipeline.stages).filter(({ kind }) => kind !== 'SelectOperation')
  if (filtersAfterAggregate(stages)) return undefined
  const rebuilt = stages.map((stage) => rebuildStage(stage, conditions))
  const known = rebuilt.filter((stage) => stage !== undefined)
  return known.length === rebuilt.length ? { ...pipeline, stages: known } : undefined
}

/** A pipeline may begin with an aggregate or a group, over all spans. */
function withFilterFirst(stages: readonly PipelineStage[]): readonly PipelineStage[] {
  const [first] = stages
  return first !== undefined && isSpansets(first) ? stages : [EVERY_SPAN, ...stages]
}

const EVERY_SPAN: SpansetFilter = { kind: 'SpansetFilter', expression: ALWAYS, at: 0 }

function isSpansets(stage: PipelineStage): stage is SpansetExpression {
  return stage.kind === 'SpansetFilter' || stage.kind === 'SpansetOperation' || stage.kind === 'Pipeline'
}

/** A filter that comes later already limits what Tempo aggregates. */
function filtersAfterAggregate(stages: readonly PipelineStage[]): boolean {
  const aggregate = stages.findIndex(({ kind }) => kind === 'ScalarFilter')
  return aggregate >= 0 && stages.slice(aggregate).some(isSpansets)
}

/** Undefined for a stage that Tempo gets wrong. */
function rebuildStage(stage: PipelineStage, conditions: Conditions): PipelineStage | undefined {
  switch (stage.kind) {
    case 'SpansetFilter':
    case 'SpansetOperation':
    case 'Pipeline':
      return rebuildSpansets(stage, conditions)
    case 'ScalarFilter': {
      const test = toAggregateTest(stage)
      return test !== undefined && isRight(test) ? stage : undefined
    }
    case 'GroupOperation':
      // Of a comparison that is grouped by, Tempo reads only the values that compare so.
      return isField(stage.expression) ? stage : undefined
    case 'CoalesceOperation':
    case 'SelectOperation':
      return stage
  }
}

/**
 * The pipeline such that other pipelines may stand beside it: in parentheses, spans alone are none. What combines pipelines
 * may stand there as it is, and may have no further stages.
 */
function asOperand(pipeline: Pipeline): SpansetExpression {
  const [first, ...others] = pipeline.stages
  if (others.length > 0) return pipeline
  if (first?.kind === 'SpansetOperation' && isOfPipelines(first)) return first
  return { ...pipeline, stages: [...pipeline.stages, EVERY_SPAN] }
}

function toOperand(expression: SpansetExpression): SpansetExpression {
  return expression.kind === 'Pipeline'
    ? expression
    : asOperand({ kind: 'Pipeline', stages: [expression], at: 0 })
}

function isOfPipelines(expression: SpansetExpression): boolean {
  if (expression.kind !== 'SpansetOperation') return expression.kind === 'Pipeline'
  return isOfPipelines(expression.left)
}

/** One pipeline that finds whatever one of these finds. */
export function joinPipelines(pipelines: readonly Pipeline[]): Pipeline {
  const [first, ...others] = pipelines.map(asOperand)
  if (first === undefined) throw new RangeError('no pipelines to join')
  const joined = others.reduce<SpansetExpression>(
    (left, right) => ({ kind: 'SpansetOperation', operator: '||', left, right, at: 0 }),
    first,
  )
  return { kind: 'Pipeline', stages: [joined], at: 0 }
}

function rebuildSpansets(
  expression: SpansetExpression,
  conditions: Conditions,
): SpansetExpression | undefined {
  if (expression.kind === 'SpansetFilter') {
    return { ...expression, expression: conditions.get(expression) ?? expression.expression }
  }
  if (expression.kind === 'Pipeline') {
    const pipeline = rebuild(expression, conditions)
    return pipeline && asOperand(pipeline)
  }
  const left = rebuildSpansets(expression.left, conditions)
  const right = rebuildSpansets(expression.right, conditions)
  return left && right && spellOut({ ...expression, left, right })
}

/** `a &> b` says that the spans of both sides are wanted, of which Tempo loses some. */
function spellOut(operation: SpansetOperation): SpansetExpression {
  const { operator, at } = operation
  if (!isUnion(operator)) return operation
  const relation = relationOf(operator)
  // The right side comes first too, and beside a pipeline it must be one then.
  const sides = [operation.left, operation.right] as const
  const [left, right] = sides.some(isOfPipelines) ? [toOperand(sides[0]), toOperand(sides[1])] : sides
  return {
    kind: 'SpansetOperation',
    operator: '||',
    left: { kind: 'SpansetOperation', operator: relation, left, right, at },
    right: { kind: 'SpansetOperation', operator: REVERSED[relation], left: right, right: left, at },
    at,
  }
}

type Relation = '>' | '>>' | '<' | '<<' | '~'

const REVERSED: Readonly<Record<Relation, Relation>> = {
  '>': '<',
  '>>': '<<',
  '<': '>',
  '<<': '>>',
  '~': '~',
}

const RELATIONS: ReadonlyMap<string, Relation> = new Map(
  (['>', '>>', '<', '<<', '~'] as const).flatMap((relation) => [
    [relation, relation],
    [`!${relation}`, relation],
    [`&${relation}`, relation],
  ]),
)

function relationOf(operator: StructuralOperator): Relation {
  const relation = RELATIONS.get(operator)
  if (relation === undefined) throw new TypeError(`${operator} relates no spans`)
  return relation
}

type SpansetOperator = SpansetOperation['operator']

function isUnion(operator: SpansetOperator): operator is StructuralOperator {
  return operator.startsWith('&') && operator !== '&&'
}

/**
 * A pipeline that finds every trace of which the given one chooses spans, and others too, also beside whatever else a query
 * asks for: nothing in it holds for fewer spans only.
 */
export function rewritePipelineWidely(pipeline: Pipeline): Pipeline {
  return widenPipeline(pipeline, true)
}

/** Of a pipeline that is a part of something larger, all spans are wanted and not only a trace. */
function widenPipeline(pipeline: Pipeline, isWhole: boolean): Pipeline {
  const stages: PipelineStage[] = []
  for (const stage of withFilterFirst(pipeline.stages)) {
    if (isSpansets(stage) && stages.at(-1)?.kind === 'ScalarFilter') break
    if (isSpansets(stage)) stages.push(widenSpansets(stage))
    else if (stage.kind === 'ScalarFilter') {
      const widened = widenAggregate(stage, isWhole)
      if (widened !== undefined) stages.push(widened)
      // It holds for some of the spans only: what comes after would be asked of these.
      if (widened?.kind === 'SpansetFilter') break
    } else if (stage.kind === 'GroupOperation' && isField(stage.expression)) stages.push(stage)
    // A group by anything else is left out, and so is what is worked out of groups that are none.
    else if (stage.kind !== 'SelectOperation') break
  }
  return { ...pipeline, stages }
}

function widenSpansets(expression: SpansetExpression): SpansetExpression {
  if (expression.kind === 'Pipeline') return asOperand(widenPipeline(expression, false))
  if (expression.kind === 'SpansetFilter') {
    return { ...expression, expression: widenFilter(expression.expression) }
  }
  const { operator } = expression
  const right = widenSpansets(expression.right)
  // What is not related to fewer spans may be related to more of them.
  if (operator.startsWith('!')) return right
  const left = widenSpansets(expression.left)
  return { ...expression, operator: isUnion(operator) ? '&&' : operator, left, right }
}

/** The aggregate where more spans do no harm, else what some span must meet; undefined where that cannot be said. */
function widenAggregate(stage: ScalarFilter, isWhole: boolean): ScalarFilter | SpansetFilter | undefined {
  const test = toAggregateTest(stage)
  if (test === undefined) return undefined
  if (isRight(test) && growsWithSpans(test)) return stage
  const condition = isWhole ? someSpanMeets(test) : undefined
  return condition && { kind: 'SpansetFilter', expression: widenFilter(condition), at: stage.at }
}
