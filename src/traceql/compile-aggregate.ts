import type { Span } from '../model/span.js'
import { createComparator, isNumber, orderNumbers } from './compare.js'
import { compileResultReader } from './compile-field.js'
import { fieldType } from './field-type.js'
import { createFrame } from './frame.js'
import { wrapInt } from './integer.js'
import { printFieldExpression } from './print-field.js'
import { toShownValue } from './shown-value.js'
import type { StageProgram } from './spanset.js'
import type { TraceContext } from './trace-context.js'
import type { Aggregate, AggregateFunction, ScalarFilter } from './tree.js'
import type { Value } from './value.js'
import { NO_VALUE } from './value.js'

type Measure = (context: TraceContext, spans: readonly Span[]) => bigint | number | undefined

/** `count() > 1` and its like: keeps a spanset whose aggregate compares so, and notes the aggregate on it. */
export function compileAggregate({ left, operator, right }: ScalarFilter, text: string): StageProgram {
  if (left.kind !== 'Aggregate' || right.kind !== 'Static') return () => []
  const { value: threshold } = right
  const measure = compileMeasure(left, text)
  const compare = createComparator(operator)
  const printed = left.expression === undefined ? '' : printFieldExpression(left.expression)
  const name = `${left.function}(${printed})`
  const type = left.expression === undefined ? 'int' : fieldType(left.expression)
  return (context, { spans, attributes }) => {
    const value = measure(context, spans)
    if (value === undefined || !compare(value, threshold)) return []
    return [{ spans, attributes: new Map(attributes).set(name, toShownValue(value, type)) }]
  }
}

function compileMeasure(aggregate: Aggregate, text: string): Measure {
  const { expression } = aggregate
  if (expression === undefined) return (_context, spans) => BigInt(spans.length)
  const read = compileResultReader(expression, { text, choice: 'first' })
  const isDuration = fieldType(expression) === 'duration'
  return (context, spans) => {
    const values = spans.map((span) => read(createFrame(context, span))).filter(isPresent)
    const first = values[0]
    return first === undefined ? undefined : aggregateValues(aggregate.function, values, first, isDuration)
  }
}

function isPresent(value: Value): boolean {
  return value !== undefined && value !== NO_VALUE
}

/**
 * What Tempo's evaluator makes of values of several types: `max` ranks whatever is no number above all numbers, and
 * then has none to give; `sum` adds the values that have the type of the first; `avg` divides that by the count of all.
 */
function aggregateValues(
  name: AggregateFunction,
  values: readonly Value[],
  first: Value,
  isDuration: boolean,
): bigint | number | undefined {
  const numbers = values.filter(isNumber)
  switch (name) {
    case 'count':
      return BigInt(values.length)
    case 'min':
      return reduce(numbers, (least, value) => (orderNumbers(value, least) < 0 ? value : least))
    case 'max':
      if (numbers.length < values.length) return undefined
      return reduce(numbers, (most, value) => (orderNumbers(value, most) > 0 ? value : most))
    case 'sum':
      return sum(numbers, first)
    case 'avg':
      return average(sum(numbers, first), values.length, isDuration)
  }
}

type Numbers = readonly (bigint | number)[]

function reduce(
  numbers: Numbers,
  choose: (left: bigint | number, right: bigint | number) => bigint | number,
): bigint | number | undefined {
  return numbers.length === 0 ? undefined : numbers.reduce(choose)
}

function sum(numbers: Numbers, first: Value): bigint | number | undefined {
  if (!isNumber(first)) return undefined
  return numbers.filter((value) => typeof value === typeof first).reduce(add)
}

function add(left: bigint | number, right: bigint | number): bigint | number {
  return typeof left === 'bigint' && typeof right === 'bigint'
    ? wrapInt(left + right)
    : Number(left) + Number(right)
}

function average(
  total: bigint | number | undefined,
  count: number,
  isDuration: boolean,
): bigint | number | undefined {
  if (total === undefined) return undefined
  return isDuration && typeof total === 'bigint' ? total / BigInt(count) : Number(total) / count
}
