import type { Span } from '../model/span.js'
import { compileResultReader } from './compile-field.js'
import { fieldType } from './field-type.js'
import { createFrame } from './frame.js'
import { printFieldExpression } from './print-field.js'
import { toShownValue, valueKey } from './shown-value.js'
import type { StageProgram } from './spanset.js'
import type { GroupOperation } from './tree.js'
import type { Value } from './value.js'

interface Group {
  readonly value: Value
  readonly spans: Span[]
}

/** `by(…)`: a spanset for each value, told apart by type too; spans without a value make one more. */
export function compileGroup({ expression }: GroupOperation, text: string): StageProgram {
  const read = compileResultReader(expression, { text, choice: 'first' })
  const type = fieldType(expression)
  const name = `by(${printFieldExpression(expression)})`
  return (context, { spans, attributes }) => {
    const groups = new Map<string, Group>()
    for (const span of spans) {
      const value = read(createFrame(context, span))
      const key = valueKey(value)
      const group = groups.get(key)
      if (group === undefined) groups.set(key, { value, spans: [span] })
      else group.spans.push(span)
    }
    return [...groups.values()].map((group) => ({
      spans: group.spans,
      attributes: new Map(attributes).set(name, toShownValue(group.value, type)),
    }))
  }
}
