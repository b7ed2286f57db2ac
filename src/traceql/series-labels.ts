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
  /** What two spans share, as keys of one map, only if they belong to one series. */
  keyOf(frame: Frame): unknown
  /** Values that are nil have no label, but if all are, the first label says so. */
  labelsOf(frame: Frame): SeriesLabels
  /** The labels where there is nothing to group by. */
  readonly bare: SeriesLabels
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
  const read = (frame: Frame): readonly Value[] => {
    const values = readers.map((each) => toLabelled(each(frame)))
    return hasOwnLabel ? values : nameNothing(values)
  }
  const bare: SeriesLabels = hasOwnLabel ? new Map() : new Map([[NAME_LABEL, functionName]])
  return {
    isGrouped: fields.length > 0,
    keyOf: createKeyReader(readers, read, hasOwnLabel),
    labelsOf: (frame) => (fields.length === 0 ? bare : toLabels(fields, read(frame))),
    bare,
  }
}

/** Most queries group by one value or by none, where the value is its own key: a map tells it from those of other types. */
function createKeyReader(
  readers: readonly Reader[],
  read: (frame: Frame) => readonly Value[],
  hasOwnLabel: boolean,
): Labeller['keyOf'] {
  const [only] = readers
  if (only === undefined) return () => ''
  if (readers.length > 1) return (frame) => read(frame).map(valueKey).join('\n')
  const missing = hasOwnLabel ? undefined : NIL
  return (frame) => toLabelled(only(frame)) ?? missing
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
