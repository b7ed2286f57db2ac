import type { Span } from '../model/span.js'
import { compileSpanCondition } from './compile-filter.js'
import { isArithmetic } from './field-type.js'
import { createFrame, type Frame } from './frame.js'
import type { IntrinsicName } from './intrinsic.js'
import { TraceContext } from './trace-context.js'
import type { BinaryOperation, FieldExpression, SpansetFilter } from './tree.js'

/** Whether a span passes, told by the span alone. */
export type SpanTest = (span: Span) => boolean

/**
 * What a span alone tells of whether a filter lets it through. All that is there must hold. It is in parts, so that
 * whoever has many filters need not ask each of them about each span.
 */
export interface SpanHint {
  /** Looks at nothing but the resource. */
  readonly ofResource: SpanTest | undefined
  /** Looks at nothing but the resource, the name, the kind and the code of the status. */
  readonly ofShape: SpanTest | undefined
  readonly ofSpan: SpanTest | undefined
}

/** A filter, as far as it can be told before it is evaluated over a whole trace. */
export interface FilterHint {
  /** Every span that the filter lets through passes it. */
  readonly span: SpanHint
  /** Every trace of which the filter lets a span through passes it. */
  readonly ofTrace: ((context: TraceContext) => boolean) | undefined
  /** A span that passes is let through: there is no more to the filter. */
  readonly isWhole: boolean
}

/**
 * The conditions of a filter that stand before anything that can end in an error, so that nobody who relies on them hides
 * one. They are asked in that order, and evaluation ends at the first that does not hold.
 */
export function findFilterHint({ expression }: SpansetFilter, text: string): FilterHint {
  const conditions = conjuncts(expression)
  const failing = conditions.findIndex(mayFieldFail)
  const usable = failing < 0 ? conditions : conditions.slice(0, failing)
  const of = (level: Level): readonly FieldExpression[] => usable.filter((each) => levelOf(each) === level)
  return {
    span: {
      ofResource: compileTest(of('resource'), text),
      ofShape: compileTest(of('shape'), text),
      ofSpan: compileTest(of('span'), text),
    },
    ofTrace: compileTraceTest(of('trace'), text),
    isWhole: failing < 0 && of('trace').length === 0 && of('structure').length === 0,
  }
}

/** The operands of the outermost `&&`. */
function conjuncts(expression: FieldExpression): readonly FieldExpression[] {
  const found: FieldExpression[] = []
  const waiting = [expression]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.kind === 'BinaryOperation' && next.operator === '&&') waiting.push(next.right, next.left)
    else found.push(next)
  }
  return found
}

/** What must be known to tell a condition: `trace` is the same for all spans of a trace, `structure` the place in it. */
type Level = 'resource' | 'shape' | 'span' | 'trace' | 'structure'

const LEVELS: Readonly<Partial<Record<IntrinsicName, Level>>> = {
  name: 'shape',
  status: 'shape',
  kind: 'shape',
  rootName: 'trace',
  rootServiceName: 'trace',
  traceDuration: 'trace',
  'trace:id': 'trace',
  nestedSetLeft: 'structure',
  nestedSetRight: 'structure',
  nestedSetParent: 'structure',
  'span:childCount': 'structure',
}

function levelOf(expression: FieldExpression): Level {
  switch (expression.kind) {
    case 'Static':
      return 'resource'
    case 'Attribute':
      return expression.scope === 'resource' && !expression.ofParent ? 'resource' : 'span'
    case 'Intrinsic':
      return LEVELS[expression.name] ?? 'span'
    case 'UnaryOperation':
    case 'NilComparison':
      return levelOf(expression.operand)
    case 'BinaryOperation':
      return joinLevels(expression)
  }
}

const SPAN_LEVELS: readonly Level[] = ['resource', 'shape', 'span']

/** What is told by a span and by its trace at once is treated as what needs the structure. */
function joinLevels({ left, right }: BinaryOperation): Level {
  const [first, second] = [levelOf(left), levelOf(right)]
  if (first === second || right.kind === 'Static') return first
  if (left.kind === 'Static') return second
  const [one, other] = [SPAN_LEVELS.indexOf(first), SPAN_LEVELS.indexOf(second)]
  return one < 0 || other < 0 ? 'structure' : (SPAN_LEVELS[Math.max(one, other)] ?? 'span')
}

/** They stay together, as conditions on an event must hold for one and the same event. */
function compileTest(conditions: readonly FieldExpression[], text: string): SpanTest | undefined {
  const whole = joined(conditions)
  if (whole === undefined) return undefined
  const holds = compileSpanCondition(whole, { text, choice: 'each' })
  const context = new TraceContext({ traceId: '', spans: [] })
  let frame: Frame | undefined
  return (span) => {
    // One frame serves all spans, as one is asked about by the million.
    frame ??= createFrame(context, span)
    frame.span = span
    return holds(frame)
  }
}

function compileTraceTest(conditions: readonly FieldExpression[], text: string): FilterHint['ofTrace'] {
  const whole = joined(conditions)
  if (whole === undefined) return undefined
  const holds = compileSpanCondition(whole, { text, choice: 'each' })
  return (context) => {
    const [first] = context.trace.spans
    return first !== undefined && holds(createFrame(context, first))
  }
}

/** A filter without conditions, which lets everything through, has none. */
function joined(conditions: readonly FieldExpression[]): FieldExpression | undefined {
  const [first, ...others] = conditions.filter((each) => each.kind !== 'Static' || each.value !== true)
  return others.reduce(
    (left, right) => left && { kind: 'BinaryOperation', operator: '&&', left, right, at: left.at },
    first,
  )
}

/** Whether evaluation can end in an error: a division can, a sign can, and so can comparing what both may be arrays. */
export function mayFieldFail(expression: FieldExpression): boolean {
  switch (expression.kind) {
    case 'Static':
    case 'Attribute':
    case 'Intrinsic':
      return false
    case 'UnaryOperation':
      return true
    case 'NilComparison':
      return mayFieldFail(expression.operand)
    case 'BinaryOperation':
      return mayOperationFail(expression) || mayFieldFail(expression.left) || mayFieldFail(expression.right)
  }
}

function mayOperationFail({ operator, left, right }: BinaryOperation): boolean {
  if (operator === '&&' || operator === '||') return false
  const ofAttributes = [left, right].filter(({ kind }) => kind === 'Attribute').length
  if (!isArithmetic(operator)) return ofAttributes === 2
  const divides = operator === '/' || operator === '%'
  // An attribute may be an array.
  return ofAttributes > 0 || (divides && (right.kind !== 'Static' || Number(right.value) === 0))
}
