import type { Span } from '../model/span.js'
import { compileSpanCondition } from './compile-filter.js'
import { isRootTest } from './compile-comparison.js'
import { isArithmetic } from './field-type.js'
import { createFrame, type Frame } from './frame.js'
import type { IntrinsicName } from './intrinsic.js'
import { findNeededKeys } from './needed-keys.js'
import { TraceContext } from './trace-context.js'
import type { BinaryOperation, Field, FieldExpression, OrderOperator, SpansetFilter } from './tree.js'

/** Whether a span passes, told by the span alone. */
export type SpanTest = (span: Span) => boolean

/**
 * What a span alone tells of whether a filter lets it through. All that is there must hold. It is in parts, so that
 * whoever has many filters need not ask each of them about each span.
 */
export interface SpanHint {
  /** Looks at nothing but the resource. */
  readonly ofResource: SpanTest | undefined
  /** Looks at nothing but the resource, the name, the kind, the code of the status, and whether there is a parent. */
  readonly ofShape: SpanTest | undefined
  /** Looks at nothing but how long the span takes, in nanoseconds. */
  readonly ofDuration: DurationTest | undefined
  readonly ofSpan: SpanTest | undefined
  /** Keys of the span's own attributes: where one is not there, `ofSpan` is false. */
  readonly neededKeys: readonly string[]
}

export type DurationTest = (durationNano: number) => boolean

/** Whether a condition speaks of the one span that is let through. */
function isToldBySpan(level: Level): boolean {
  return level !== 'trace' && level !== 'structure'
}

/** A filter, as far as it can be told before it is evaluated over a whole trace. */
export interface FilterHint {
  /** Every trace of which the filter lets a span through has a span that passes it. */
  readonly span: SpanHint
  /** Every trace of which the filter lets a span through passes it. */
  readonly ofTrace: ((context: TraceContext) => boolean) | undefined
  /** A span that passes is let through: there is no more to the filter, but that the trace has a tree where one is needed. */
  readonly isWhole: boolean
  /** Nothing is let through of a trace without a tree. */
  readonly needsTree: boolean
}

/**
 * The conditions of a filter that stand before anything that can end in an error, so that nobody who relies on them hides
 * one. They are asked in that order, and evaluation ends at the first that does not hold.
 */
export function findFilterHint({ expression }: SpansetFilter, text: string): FilterHint {
  const conditions = conjuncts(expression)
  const failing = conditions.findIndex(mayFieldFail)
  const stated = failing < 0 ? conditions : conditions.slice(0, failing)
  const told = stated.some((each) => isToldBySpan(levelOf(each)))
    ? stated
    : [...stated, ...stated.flatMap((each) => impliedBy(each) ?? [])]
  const of = (level: Level): readonly FieldExpression[] => told.filter((each) => levelOf(each) === level)
  const needsTree = of('root').length > 0
  const ofShape = compileTest(of('shape'), text)
  const onSpan = of('span').filter((each) => readDurationOrder(each) === undefined)
  return {
    span: {
      ofResource: compileTest(of('resource'), text),
      ofShape: needsTree ? bothOf(hasNoParent, ofShape) : ofShape,
      ofDuration: compileDurationTest(of('span')),
      ofSpan: compileTest(onSpan, text),
      neededKeys: findNeededKeys(onSpan),
    },
    ofTrace: compileTraceTest(of('trace'), text),
    isWhole: failing < 0 && of('trace').length === 0 && of('structure').length === 0,
    needsTree,
  }
}

function hasNoParent({ parentSpanId }: Span): boolean {
  return parentSpanId === undefined
}

function bothOf(first: SpanTest, second: SpanTest | undefined): SpanTest {
  return second === undefined ? first : (span) => first(span) && second(span)
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

/**
 * What holds for some span of a trace where a condition on its root holds; undefined where nothing simpler does. That span
 * is the root, and most likely not the one of which other conditions speak: it is of use only where there are none.
 */
function impliedBy(condition: FieldExpression): FieldExpression | undefined {
  if (condition.kind !== 'BinaryOperation' || condition.operator !== '=') return undefined
  const { left, right, at } = condition
  const [field, literal] = left.kind === 'Static' ? [right, left] : [left, right]
  // A trace without a root has empty ones.
  if (field.kind !== 'Intrinsic' || literal.kind !== 'Static' || literal.value === '') return undefined
  const own = OF_THE_ROOT.get(field.name)
  return own && { kind: 'BinaryOperation', operator: '=', left: { ...own, at }, right: literal, at }
}

const OF_THE_ROOT: ReadonlyMap<IntrinsicName, Field> = new Map<IntrinsicName, Field>([
  ['rootName', { kind: 'Intrinsic', name: 'name', at: 0 }],
  ['rootServiceName', { kind: 'Attribute', scope: 'resource', ofParent: false, name: 'service.name', at: 0 }],
])

/**
 * What must be known to tell a condition: `root` whether the span is one, `trace` what is the same for all spans of a trace,
 * `structure` the place in it.
 */
type Level = 'resource' | 'shape' | 'root' | 'span' | 'trace' | 'structure'

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
      return isRootTest(expression) ? 'root' : joinLevels(expression)
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

interface DurationOrder {
  readonly operator: OrderOperator
  /** In nanoseconds. */
  readonly threshold: number
}

/** `duration > 500ms` and its like; undefined for anything else. A float tells durations of up to a hundred days exactly. */
function readDurationOrder(condition: FieldExpression): DurationOrder | undefined {
  if (condition.kind !== 'BinaryOperation') return undefined
  const { operator, left, right } = condition
  const isDuration = left.kind === 'Intrinsic' && left.name === 'duration'
  if (!isDuration || right.kind !== 'Static' || !isOrder(operator)) return undefined
  const { value } = right
  return typeof value === 'bigint' || typeof value === 'number'
    ? { operator, threshold: Number(value) }
    : undefined
}

function isOrder(operator: BinaryOperation['operator']): operator is OrderOperator {
  return operator in ORDERS
}

const ORDERS: Readonly<Record<OrderOperator, (threshold: number) => DurationTest>> = {
  '=': (threshold) => (duration) => duration === threshold,
  '!=': (threshold) => (duration) => duration !== threshold,
  '<': (threshold) => (duration) => duration < threshold,
  '<=': (threshold) => (duration) => duration <= threshold,
  '>': (threshold) => (duration) => duration > threshold,
  '>=': (threshold) => (duration) => duration >= threshold,
}

function compileDurationTest(conditions: readonly FieldExpression[]): DurationTest | undefined {
  const tests = conditions.flatMap((condition) => {
    const order = readDurationOrder(condition)
    return order === undefined ? [] : [ORDERS[order.operator](order.threshold)]
  })
  const [only] = tests
  return tests.length < 2 ? only : (duration) => tests.every((test) => test(duration))
}

function compileTraceTest(conditions: readonly FieldExpression[], text: string): FilterHint['ofTrace'] {
  const whole = joined(conditions)
  if (whole === undefined) return undefined
  const holds = compileSpanCondition(whole, { text, choice: 'each' })
  return (context) => holds(createFrame(context, NO_SPAN))
}

/** Stands where a condition on the trace needs a span, which it does not look at. */
const NO_SPAN: Span = {
  traceId: '',
  spanId: '',
  parentSpanId: undefined,
  traceState: '',
  flags: 0,
  name: '',
  kind: 'unspecified',
  startTimeUnixNano: 0n,
  endTimeUnixNano: 0n,
  attributes: new Map(),
  events: [],
  links: [],
  status: { code: 'unset', message: '' },
  resource: { attributes: new Map() },
  scope: { name: '', version: '', attributes: new Map() },
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
