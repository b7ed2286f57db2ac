import { compilePipeline } from './compile-pipeline.js'
import { printPipeline } from './print.js'
import { joinParts } from './screen-spans.js'
import { findFilterHint, mayFieldFail, type FilterHint, type SpanHint } from './span-hint.js'
import { NO_ATTRIBUTES, type Spanset } from './spanset.js'
import type { TraceContext } from './trace-context.js'
import type { Pipeline, PipelineStage, SpansetExpression, SpansetOperation } from './tree.js'

/** The spans that a pipeline chooses of a trace. */
export interface Selection {
  /** The pipeline, printed. Selections of one text choose the same. */
  readonly text: string
  /**
   * Each trace of which spans are chosen has a span for which one of these holds. Undefined where no span alone tells, and
   * where passing over a trace would hide that the pipeline fails on it.
   */
  readonly hints: readonly SpanHint[] | undefined
  /**
   * What is chosen are the spans for which the one hint holds, as one spanset, and nothing can fail. Where it `needsTree`,
   * only of traces that have one.
   */
  readonly isSpanwise: boolean
  readonly needsTree: boolean
  /** Holds for each trace of which spans are chosen; it too hides no failure. */
  readonly ofTrace: FilterHint['ofTrace']
  /** The spansets, none where nothing is chosen. Throws `TraceqlError` of stage `evaluation`. */
  evaluate(context: TraceContext): readonly Spanset[]
}

/** Compiles a checked pipeline. */
export function compileSelection(pipeline: Pipeline, text: string): Selection {
  const run = compilePipeline(pipeline, text)
  const [first] = pipeline.stages
  const filter = first?.kind === 'SpansetFilter' ? findFilterHint(first, text) : undefined
  return {
    text: printPipeline(pipeline),
    hints: filter === undefined ? findHints(pipeline, text) : toHints(filter),
    isSpanwise:
      filter?.isWhole === true && pipeline.stages.slice(1).every(({ kind }) => kind === 'SelectOperation'),
    needsTree: filter?.needsTree ?? false,
    ofTrace: filter?.ofTrace,
    evaluate: (context) => run(context, { spans: context.trace.spans, attributes: NO_ATTRIBUTES }),
  }
}

/**
 * Whether it is told by the resource, name, kind and status of a span, and by whether it has a parent, whether it is chosen:
 * nothing else matters, but that the trace has a tree where one is needed.
 */
export function isToldByShape({ isSpanwise, hints = [] }: Selection): boolean {
  return (
    isSpanwise && hints.every(({ ofDuration, ofSpan }) => ofDuration === undefined && ofSpan === undefined)
  )
}

type Hints = readonly SpanHint[] | undefined

function findHints({ stages }: Pipeline, text: string): Hints {
  const [first] = stages
  if (first === undefined || !isSpansetExpression(first) || mayFail(first)) return undefined
  return findExpressionHints(first, text)
}

function findExpressionHints(expression: SpansetExpression, text: string): Hints {
  switch (expression.kind) {
    case 'Pipeline':
      return findHints(expression, text)
    case 'SpansetFilter':
      return toHints(findFilterHint(expression, text))
    case 'SpansetOperation':
      return findOperationHints(expression, text)
  }
}

/** What only the trace tells is no hint. */
function toHints({ span, isWhole }: FilterHint): Hints {
  return isWhole || joinParts(span) !== undefined ? [span] : undefined
}

/** Of all operators but `||` both sides must be there, of a negated one only the right one. */
function findOperationHints({ operator, left, right }: SpansetOperation, text: string): Hints {
  const rightHints = findExpressionHints(right, text)
  if (operator.startsWith('!')) return rightHints
  const leftHints = findExpressionHints(left, text)
  if (operator === '||') return leftHints && rightHints && [...leftHints, ...rightHints]
  return strengthOf(leftHints) > strengthOf(rightHints) ? leftHints : rightHints
}

/** How much hints are likely to leave out: the parts of the weakest one. */
function strengthOf(hints: Hints): number {
  if (hints === undefined) return -1
  return Math.min(...hints.map((hint) => partsOf(hint).length))
}

function partsOf({ ofResource, ofShape, ofDuration, ofSpan }: SpanHint): readonly unknown[] {
  return [ofResource, ofShape, ofDuration, ofSpan].filter((part) => part !== undefined)
}

function mayFail(expression: SpansetExpression): boolean {
  switch (expression.kind) {
    case 'Pipeline':
      return expression.stages.some((stage) => !isSpansetExpression(stage) || mayFail(stage))
    case 'SpansetOperation':
      return mayFail(expression.left) || mayFail(expression.right)
    case 'SpansetFilter':
      return mayFieldFail(expression.expression)
  }
}

function isSpansetExpression(stage: PipelineStage): stage is SpansetExpression {
  return stage.kind === 'SpansetFilter' || stage.kind === 'SpansetOperation' || stage.kind === 'Pipeline'
}
