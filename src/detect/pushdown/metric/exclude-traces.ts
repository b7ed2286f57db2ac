import { trimZeros, type TraceId } from '../../../model/trace-id.js'
import type { Pipeline, PipelineStage, SpansetExpression } from '../../../traceql/index.js'
import { allOf, allOfMany, operation, text } from '../rewrite/conditions.js'

/** The pipeline without these traces: no filter of it holds for a span of one. */
export function excludeTraces(pipeline: Pipeline, ids: readonly TraceId[]): Pipeline {
  const field = { kind: 'Intrinsic', name: 'trace:id', at: 0 } as const
  const others = allOfMany(ids.map((id) => operation(field, '!=', text(trimZeros(id)))))
  const inSpansets = (expression: SpansetExpression): SpansetExpression => {
    if (expression.kind === 'Pipeline') return { ...expression, stages: expression.stages.map(inStage) }
    if (expression.kind === 'SpansetFilter') {
      return { ...expression, expression: allOf(expression.expression, others) }
    }
    return { ...expression, left: inSpansets(expression.left), right: inSpansets(expression.right) }
  }
  function inStage(stage: PipelineStage): PipelineStage {
    const isSpansets =
      stage.kind === 'SpansetFilter' || stage.kind === 'SpansetOperation' || stage.kind === 'Pipeline'
    return isSpansets ? inSpansets(stage) : stage
  }
  return { ...pipeline, stages: pipeline.stages.map(inStage) }
}
