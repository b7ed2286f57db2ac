import type { Span, SpanEvent, SpanLink } from '../model/span.js'
import type { TraceContext } from './trace-context.js'
import type { Value } from './value.js'

/**
 * Where an expression is evaluated: one span, and of its events and links the one that is looked at. One frame serves
 * all spans of a trace, as making millions of them would cost more than evaluating.
 */
export interface Frame {
  readonly context: TraceContext
  span: Span
  event: SpanEvent | undefined
  link: SpanLink | undefined
}

/** Throws an evaluation error about the place of an expression. */
export type Fail = (problem: string) => never

/** An expression, compiled. */
export type Reader = (frame: Frame) => Value
/** A condition, compiled. */
export type Condition = (frame: Frame) => boolean

/** A frame at this span, with no event and no link. */
export function createFrame(context: TraceContext, span: Span): Frame {
  return { context, span, event: undefined, link: undefined }
}
