import { check, parse, TraceqlError, type Field } from '../../traceql/index.js'
import { printField } from '../../traceql/print-field.js'

export interface GroupField {
  readonly field: Field
  /** The field as TraceQL prints it, such as `rootName` for `trace:rootName`. */
  readonly text: string
}

const BEFORE = '{ } | rate() by ('

/** The one attribute or intrinsic in a text, as it stands in `by (…)`; undefined for any other text. */
export function readGroupField(text: string): GroupField | undefined {
  try {
    const query = parse(`${BEFORE}${text})`)
    check(query)
    const { root, hints } = query
    if (root.kind !== 'MetricsPipeline' || root.aggregate.kind !== 'MetricsAggregate') return undefined
    const [field, ...others] = root.aggregate.by
    if (field === undefined || others.length > 0 || hints.length > 0) return undefined
    return { field, text: printField(field) }
  } catch (error) {
    if (error instanceof TraceqlError) return undefined
    throw error
  }
}
