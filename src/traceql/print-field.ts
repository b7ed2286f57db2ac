import { formatDuration, MIN_INT } from './duration.js'
import type { Attribute, Field, FieldExpression, Static } from './tree.js'

/** A field expression in TraceQL. An operation within another is in parentheses, as in the labels that Tempo gives. */
export function printFieldExpression(expression: FieldExpression): string {
  switch (expression.kind) {
    case 'Static':
      return printStatic(expression)
    case 'Attribute':
    case 'Intrinsic':
      return printField(expression)
    case 'UnaryOperation':
      return `${expression.operator}${printOperand(expression.operand)}`
    case 'BinaryOperation':
      return `${printOperand(expression.left)} ${expression.operator} ${printOperand(expression.right)}`
    case 'NilComparison':
      return printNilComparison(expression.operator, expression.operand)
  }
}

function printNilComparison(operator: '=' | '!=', operand: FieldExpression): string {
  return `${printOperand(operand)} ${operator} nil`
}

function printOperand(operand: FieldExpression): string {
  const printed = printFieldExpression(operand)
  const isOperation =
    operand.kind === 'BinaryOperation' ||
    operand.kind === 'NilComparison' ||
    operand.kind === 'UnaryOperation'
  return isOperation ? `(${printed})` : printed
}

/** An attribute or intrinsic, by the name that Tempo gives it in labels. */
export function printField(field: Field): string {
  return field.kind === 'Intrinsic' ? field.name : printAttribute(field)
}

const PLAIN_NAME = /^[^\p{White_Space}{}()=~!<>&|^,"]+$/u
/** A name that would be read as more than a name behind its scope. */
const AMBIGUOUS_BARE_NAME = /^\d/
const AMBIGUOUS_PARENT_NAME = /^(?:span|resource)\./

function printAttribute({ scope, ofParent, name }: Attribute): string {
  const prefix = `${ofParent ? 'parent.' : ''}${scope === 'none' ? '' : `${scope}.`}`
  const isBare = prefix === ''
  const isPlain =
    PLAIN_NAME.test(name) &&
    !(isBare && AMBIGUOUS_BARE_NAME.test(name)) &&
    !(ofParent && scope === 'none' && AMBIGUOUS_PARENT_NAME.test(name))
  const printed = isPlain ? name : `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`
  return `${isBare ? '.' : prefix}${printed}`
}

/** A literal in TraceQL. */
export function printStatic(literal: Static): string {
  switch (literal.type) {
    case 'string':
      return printString(literal.value)
    case 'float':
      return printFloat(literal.value)
    case 'int':
      return literal.value === MIN_INT ? 'minInt' : literal.value.toString()
    case 'duration':
      return formatDuration(literal.value)
    case 'nil':
      return 'nil'
    case 'bool':
      return literal.value ? 'true' : 'false'
    case 'status':
    case 'kind':
      return literal.value
  }
}

const NEEDS_ESCAPES = /[`\p{Cc}\p{Cf}]/u
const UNPRINTABLE = /[\p{Cc}\p{Cf}]/gu

function printString(text: string): string {
  if (!NEEDS_ESCAPES.test(text)) return `\`${text}\``
  const escaped = text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll(UNPRINTABLE, escapeCharacter)
  return `"${escaped}"`
}

function escapeCharacter(character: string): string {
  return String.raw`\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`
}

function printFloat(value: number): string {
  const printed = String(value)
  return /^-?\d+$/.test(printed) ? `${printed}.0` : printed
}
