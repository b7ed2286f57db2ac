import type { Span } from '../model/span.js'
import { createComparator, isNumber, orderNumbers } from './compare.js'
import { compileReader } from './compile-field.js'
import { fieldType } from './field-type.js'
import { createFrame } from './frame.js'
import { wrapInt } from './integer.js'
import { printFieldExpression } from './print-field.js'
import { toShownValue } from './shown-value.js'
import type { StageProgram } from './spanset.js'
import type { TraceContext } from './trace-context.js'
import type { Aggregate, AggregateFunction, ScalarFilter } from './tree.js'

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
  const read = compileReader(expression, { text, choice: 'first' })
  const isDuration = fieldType(expression) === 'duration'
  return (context, spans) => {
    const values = spans.map((span) => read(createFrame(context, span))).filter(isNumber)
    return values.length === 0 ? undefined : aggregateNumbers(aggregate.function, values, isDuration)
  }
}

/**
 * Integers stay integers, but for their average; one float among them makes floats of all. Values that are no numbers
 * have been left out.
 */
function aggregateNumbers(
  name: AggregateFunction,
  values: readonly (bigint | number)[],
  isDuration: boolean,
): bigint | number {
  switch (name) {
    case 'count':
      return BigInt(values.length)
    case 'min':
      return values.reduce((least, value) => (orderNumbers(value, least) < 0 ? value : least))
    case 'max':
      return values.reduce((most, value) => (orderNumbers(value, most) > 0 ? value : most))
    case 'sum':
      return sum(values)
    case 'avg':
      return average(sum(values), values.length, isDuration)
  }
}

function sum(values: readonly (bigint | number)[]): bigint | number {
  return values.reduce((total, value) =>
    typeof total === 'bigint' && typeof value === 'bigint'
      ? wrapInt(total + value)
      : Number(total) + Number(value),
  )
}

function average(total: bigint | number, count: number, isDuration: boolean): bigint | number {
  return isDuration && typeof total === 'bigint' ? total / BigInt(count) : Number(total) / count
}
