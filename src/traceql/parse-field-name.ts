import { TraceqlError } from './error.js'
import { parse } from './parse.js'
import type { Field } from './tree.js'

/**
 * The attribute or intrinsic of this name: what may stand in a filter beside `!= nil`, and nothing else may. Throws a
 * `TraceqlError` of stage `syntax`.
 */
export function parseField(name: string): Field {
  const text = `{${name} != nil}`
  const { root } = parse(text)
  const [stage, ...others] = root.kind === 'Pipeline' ? root.stages : []
  const expression = stage?.kind === 'SpansetFilter' ? stage.expression : undefined
  const operand = expression?.kind === 'NilComparison' ? expression.operand : undefined
  if (others.length === 0 && (operand?.kind === 'Attribute' || operand?.kind === 'Intrinsic')) return operand
  const problem = 'expected one attribute or intrinsic'
  throw new TraceqlError({ stage: 'syntax', text, at: 1, problem })
}
