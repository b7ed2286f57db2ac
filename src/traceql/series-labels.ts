import { compileReader } from './compile-field.js'
import { fieldType } from './field-type.js'
import type { Frame, Reader } from './frame.js'
import { printField } from './print-field.js'
import type { LabelValue, SeriesLabels } from './series.js'
import { NAME_LABEL } from './series.js'
import { toShownValue, valueKey } from './shown-value.js'
import type { Field } from './tree.js'
import type { Value } from './value.js'
import { isArray, NO_VALUE } from './value.js'

const NIL = 'nil'

/** Reads the values that a span is grouped by, and makes labels of them. */
export interface Labeller {
  readonly isGrouped: boolean
  read(frame: Frame): readonly Value[]
  /** A text that two spans share only if they belong to one series. */
  keyOf(values: readonly Value[]): string
  /** Values that are nil have no label, but if all are, the first label says so. */
  labelsOf(values: readonly Value[]): SeriesLabels
}

/**
 * The labeller of `by (…)`; without fields, all spans are one series, named after the function. With `hasOwnLabel` the
 * function adds a label itself, and need not be named, nor a nil label be kept.
 */
export function createLabeller(
  fields: readonly Field[],
  functionName: string,
  hasOwnLabel: boolean,
  text: string,
): Labeller {
  const readers: readonly Reader[] = fields.map((field) => compileReader(field, { text, choice: 'first' }))
  return {
    isGrouped: fields.length > 0,
    read: (frame) => {
      const values = readers.map((read) => toLabelled(read(frame)))
      return hasOwnLabel ? values : nameNothing(values)
    },
    keyOf: (values) => (values.length === 1 ? valueKey(values[0]) : values.map(valueKey).join('\n')),
    labelsOf: (values) =>
      fields.length === 0 && !hasOwnLabel ? new Map([[NAME_LABEL, functionName]]) : toLabels(fields, values),
  }
}

/** An array cannot be a label, and is called nil; what has no value in TraceQL has no label. */
function toLabelled(value: Value): Value {
  if (isArray(value)) return NIL
  return value === NO_VALUE ? undefined : value
}

function nameNothing(values: readonly Value[]): readonly Value[] {
  if (values.length === 0 || values.some((value) => value !== undefined)) return values
  return [NIL, ...values.slice(1)]
}

function toLabels(fields: readonly Field[], values: readonly Value[]): SeriesLabels {
  const labels = new Map<string, LabelValue>()
  fields.forEach((field, index) => {
    const value = values[index]
    if (value === undefined) return
    const shown = toShownValue(value, fieldType(field))
    labels.set(printField(field), typeof shown === 'object' ? NIL : shown)
  })
  return labels
}
