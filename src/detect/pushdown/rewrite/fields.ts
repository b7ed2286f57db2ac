import type { Attribute, Field, FieldExpression, IntrinsicName } from '../../../traceql/index.js'

/** The attributes and intrinsics that an expression reads, in its order. */
export function fieldsOf(expression: FieldExpression): readonly Field[] {
  switch (expression.kind) {
    case 'Static':
      return []
    case 'Attribute':
    case 'Intrinsic':
      return [expression]
    case 'UnaryOperation':
    case 'NilComparison':
      return fieldsOf(expression.operand)
    case 'BinaryOperation':
      return [...fieldsOf(expression.left), ...fieldsOf(expression.right)]
  }
}

export function isField(expression: FieldExpression): expression is Field {
  return expression.kind === 'Attribute' || expression.kind === 'Intrinsic'
}

/** Of an event or link, of which a span may have several. */
export function isOfItem(field: Field): boolean {
  if (field.kind === 'Attribute') return field.scope === 'event' || field.scope === 'link'
  return field.name.startsWith('event:') || field.name.startsWith('link:')
}

export function attributesOf(expression: FieldExpression): readonly Attribute[] {
  return fieldsOf(expression).filter((field) => field.kind === 'Attribute')
}

const OF_THE_TRACE: ReadonlySet<IntrinsicName> = new Set([
  'rootName',
  'rootServiceName',
  'traceDuration',
  'nestedSetLeft',
  'nestedSetRight',
  'nestedSetParent',
  'span:childCount',
])

/** Whether its value depends on other spans of the trace. */
export function isOfTrace(field: Field): boolean {
  return field.kind === 'Intrinsic' && OF_THE_TRACE.has(field.name)
}
