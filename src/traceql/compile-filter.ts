import type { Span } from '../model/span.js'
import type { FieldCompiler } from './compile-field.js'
import { compileCondition } from './compile-field.js'
import type { Condition, Frame } from './frame.js'
import { createFrame } from './frame.js'
import type { TraceContext } from './trace-context.js'
import type { Field, FieldExpression, SpansetFilter } from './tree.js'

/** Those of the spans that pass. */
type SpanFilter = (context: TraceContext, spans: readonly Span[]) => readonly Span[]

const NONE: readonly Span[] = []

/** A checked filter. It holds for a span if one of its events, and one of its links, together satisfy it. */
export function compileFilter({ expression }: SpansetFilter, text: string): SpanFilter {
  if (expression.kind === 'Static') {
    const keepsAll = expression.value === true
    return (_context, spans) => (keepsAll ? spans : [])
  }
  const holds = compileSpanCondition(expression, { text, choice: 'each' })
  return (context, spans) => {
    const [first] = spans
    if (first === undefined) return spans
    const frame = createFrame(context, first)
    // Mostly none passes, and then no list is made.
    let passing: Span[] | undefined
    for (const span of spans) {
      frame.span = span
      if (!holds(frame)) continue
      passing ??= []
      passing.push(span)
    }
    return passing ?? NONE
  }
}

/** A condition on the frame's span, whichever event or link the frame is at. */
export function compileSpanCondition(expression: FieldExpression, compiler: FieldCompiler): Condition {
  const condition = compileCondition(expression, compiler)
  const onEvents = asksFor(expression, 'event') ? quantifyEvents(condition) : condition
  return asksFor(expression, 'link') ? quantifyLinks(onEvents) : onEvents
}

function quantifyEvents(condition: Condition): Condition {
  return (frame) => {
    const { events } = frame.span
    frame.event = undefined
    if (events.length === 0) return condition(frame)
    return events.some((event) => {
      frame.event = event
      return condition(frame)
    })
  }
}

function quantifyLinks(condition: Condition): Condition {
  return (frame: Frame) => {
    const { links } = frame.span
    frame.link = undefined
    if (links.length === 0) return condition(frame)
    return links.some((link) => {
      frame.link = link
      return condition(frame)
    })
  }
}

function asksFor(expression: FieldExpression, scope: 'event' | 'link'): boolean {
  switch (expression.kind) {
    case 'Static':
      return false
    case 'Attribute':
    case 'Intrinsic':
      return isOf(expression, scope)
    case 'UnaryOperation':
    case 'NilComparison':
      return asksFor(expression.operand, scope)
    case 'BinaryOperation':
      return asksFor(expression.left, scope) || asksFor(expression.right, scope)
  }
}

function isOf(field: Field, scope: 'event' | 'link'): boolean {
  return field.kind === 'Attribute' ? field.scope === scope : field.name.startsWith(`${scope}:`)
}
