import type { Span } from '../model/span.js'
import { compileAggregate } from './compile-aggregate.js'
import { compileFilter } from './compile-filter.js'
import { compileGroup } from './compile-group.js'
import { TraceqlError } from './error.js'
import { mergeSpans, NO_ATTRIBUTES, type Spanset, type StageProgram } from './spanset.js'
import { relateSpans } from './structural.js'
import type { TraceContext } from './trace-context.js'
import type { Pipeline, PipelineStage, SpansetExpression, SpansetOperation } from './tree.js'

/** A checked pipeline, from the spans of a trace to its spansets. */
export function compilePipeline(pipeline: Pipeline, text: string): StageProgram {
  const [first] = pipeline.stages
  // The commonest pipeline is one filter.
  if (first?.kind === 'SpansetFilter' && pipeline.stages.length === 1) return compileSpansets(first, text)
  const stages = pipeline.stages.map((stage) => compileStage(stage, text))
  return (context, input) => {
    let spansets: readonly Spanset[] = [input]
    for (const stage of stages) {
      if (spansets.length === 0) return spansets
      spansets = stage(context, spansets)
    }
    return spansets
  }
}

/** Most stages treat each spanset by itself; only `coalesce()` sees all of them. */
type Stage = (context: TraceContext, inputs: readonly Spanset[]) => readonly Spanset[]

function compileStage(stage: PipelineStage, text: string): Stage {
  switch (stage.kind) {
    case 'SpansetFilter':
    case 'SpansetOperation':
    case 'Pipeline':
      return perSpanset(compileSpansets(stage, text))
    case 'ScalarFilter':
      return perSpanset(compileAggregate(stage, text))
    case 'GroupOperation':
      return perSpanset(compileGroup(stage, text))
    case 'CoalesceOperation':
      return (_context, inputs) => [{ spans: mergeSpans(inputs), attributes: NO_ATTRIBUTES }]
    case 'SelectOperation':
      return (_context, inputs) => inputs
  }
}

function perSpanset(program: StageProgram): Stage {
  return (context, inputs) => {
    const [only] = inputs
    return only !== undefined && inputs.length === 1
      ? program(context, only)
      : inputs.flatMap((input) => program(context, input))
  }
}

function compileSpansets(expression: SpansetExpression, text: string): StageProgram {
  if (expression.kind === 'Pipeline') return compilePipeline(expression, text)
  if (expression.kind === 'SpansetOperation') return compileOperation(expression, text)
  const filter = compileFilter(expression, text)
  return (context, input) => keep(input, filter(context, input.spans))
}

function keep(input: Spanset, spans: readonly Span[]): readonly Spanset[] {
  if (spans.length === 0) return []
  return [spans.length === input.spans.length ? input : { spans, attributes: input.attributes }]
}

function compileOperation(operation: SpansetOperation, text: string): StageProgram {
  const left = compileSpansets(operation.left, text)
  const right = compileSpansets(operation.right, text)
  const combine = compileCombination(operation, text)
  return (context, input) => keep(input, combine(context, left(context, input), right(context, input)))
}

type Combination = (
  context: TraceContext,
  left: readonly Spanset[],
  right: readonly Spanset[],
) => readonly Span[]

function compileCombination({ operator, at }: SpansetOperation, text: string): Combination {
  if (operator === '||') return (_context, left, right) => mergeSpans([...left, ...right])
  if (operator === '&&') {
    return (_context, left, right) =>
      left.length === 0 || right.length === 0 ? [] : mergeSpans([...left, ...right])
  }
  return (context, left, right) => {
    if (left.length > 1 || right.length > 1) {
      const problem = `${operator} needs one group of spans at each side; put coalesce() after by()`
      throw new TraceqlError({ stage: 'evaluation', text, at, problem })
    }
    return relateSpans(operator, context.structure(), left[0]?.spans ?? [], right[0]?.spans ?? [])
  }
}
