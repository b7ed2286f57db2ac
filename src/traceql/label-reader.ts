import type { Span } from '../model/span.js'
import { compileReader } from './compile-field.js'
import { fieldType } from './field-type.js'
import { createFrame } from './frame.js'
import { parseField } from './parse-field-name.js'
import { toShownValue } from './shown-value.js'
import type { TraceContext } from './trace-context.js'
import type { Field } from './tree.js'
import { isArray, NO_VALUE } from './value.js'

/** Reads what spans are told apart by. */
export interface LabelReader {
  /** Whether all spans of a trace have the same. */
  readonly isOfTrace: boolean
  /** The value of each field, in their order: as Tempo shows it; undefined where there is none, or an empty one. */
  read(context: TraceContext, span: Span): readonly (string | undefined)[]
}

/** A reader of these attributes and intrinsics, given by name. Throws a `TraceqlError` for one that is none. */
export function createLabelReader(names: readonly string[]): LabelReader {
  const fields = names.map((name) => ({ field: parseField(name), text: name }))
  const readers = fields.map(({ field, text }) => {
    const read = compileReader(field, { text, choice: 'first' })
    const type = fieldType(field)
    return (context: TraceContext, span: Span): string | undefined => {
      const value = read(createFrame(context, span))
      if (value === undefined || value === NO_VALUE || isArray(value)) return undefined
      const shown = toShownValue(value, type)
      return typeof shown === 'object' ? undefined : String(shown) || undefined
    }
  })
  return {
    isOfTrace: fields.every(({ field }) => isOfTrace(field)),
    read: (context, span) => readers.map((read) => read(context, span)),
  }
}

const OF_THE_TRACE: ReadonlySet<string> = new Set([
  'rootName',
  'rootServiceName',
  'traceDuration',
  'trace:id',
])

function isOfTrace(field: Field): boolean {
  return field.kind === 'Intrinsic' && OF_THE_TRACE.has(field.name)
}
