import type { LabelSet } from '../../model/label-set.js'
import type { Span } from '../../model/span.js'
import { createLabelReader, type TraceContext } from '../../traceql/index.js'

/** An instance of a rule: the values of what it groups by, as JSON. */
export type InstanceKey = string

/** Tells to which instances of a rule a trace belongs. */
export interface InstanceReader {
  /** Those of the spans that were chosen of a trace, each once. */
  instancesOf(context: TraceContext, spans: readonly Span[]): readonly InstanceKey[]
  /** What has no value has no label. */
  labelsOf(key: InstanceKey): LabelSet
}

/** Throws a `TraceqlError` where one of the names is no attribute or intrinsic. */
export function createInstanceReader(names: readonly string[]): InstanceReader {
  const reader = createLabelReader(names)
  const keyOf = (context: TraceContext, span: Span): InstanceKey =>
    JSON.stringify(reader.read(context, span).map((value) => value ?? null))
  return {
    instancesOf: (context, spans) => {
      const [first] = spans
      if (first === undefined) return []
      if (reader.isOfTrace || spans.length === 1) return [keyOf(context, first)]
      return [...new Set(spans.map((span) => keyOf(context, span)))]
    },
    labelsOf: (key) => toLabelSet(names, JSON.parse(key)),
  }
}

function toLabelSet(names: readonly string[], values: unknown): LabelSet {
  if (!Array.isArray(values)) throw new Error('the key of an instance is a list')
  const labels = new Map<string, string>()
  names.forEach((name, index) => {
    const value: unknown = values[index]
    if (typeof value === 'string') labels.set(name, value)
  })
  return labels
}
