import {
  fieldType,
  type FieldExpression,
  type OrderOperator,
  type ScalarFilter,
} from '../../../traceql/index.js'
import { isNumberStatic, type NumberStatic } from './compare-numbers.js'
import { fieldsOf, isField } from './fields.js'
import { operation } from './conditions.js'

/** A checked comparison of an aggregate with a number. */
export interface AggregateTest {
  readonly function: 'count' | 'avg' | 'min' | 'max' | 'sum'
  /** Undefined for `count()`. */
  readonly expression: FieldExpression | undefined
  readonly operator: OrderOperator
  readonly threshold: NumberStatic
}

export function toAggregateTest({ left, operator, right }: ScalarFilter): AggregateTest | undefined {
  if (left.kind !== 'Aggregate' || right.kind !== 'Static' || !isNumberStatic(right)) return undefined
  return { function: left.function, expression: left.expression, operator, threshold: right }
}

/** Whether Tempo works out the aggregate rightly: it takes a missing value of some attributes for a text. */
export function isRight({ expression }: AggregateTest): boolean {
  return expression === undefined || fieldsOf(expression).every(({ kind }) => kind === 'Intrinsic')
}

/** Whether it still holds when there are more spans. Durations are not negative. */
export function growsWithSpans(test: AggregateTest): boolean {
  const { function: name, expression, operator } = test
  const isUp = operator === '>' || operator === '>='
  const isDown = operator === '<' || operator === '<='
  if (name === 'count' || name === 'max') return isUp
  if (name === 'min') return isDown
  const isDuration = expression?.kind === 'Intrinsic' && fieldType(expression) === 'duration'
  return name === 'sum' && isUp && isDuration
}

/**
 * A condition that some span meets wherever the aggregate compares so: an average above a number has a value above it.
 * Undefined where nothing can be said of single spans.
 */
export function someSpanMeets({
  function: name,
  expression,
  operator,
  threshold,
}: AggregateTest): FieldExpression | undefined {
  if (expression === undefined || !isField(expression)) return undefined
  const isUp = operator === '>' || operator === '>='
  const isDown = operator === '<' || operator === '<='
  const condition = operation(expression, operator, threshold)
  if (name === 'max' || name === 'min') return operator === '!=' ? undefined : condition
  // Values of other types count towards an average, and not into its sum.
  const isDuration = expression.kind === 'Intrinsic'
  if (name === 'avg')
    return (isUp && Number(threshold.value) >= 0) || (isDuration && isDown) ? condition : undefined
  return undefined
}
