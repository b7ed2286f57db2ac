import { printFieldExpression, printPipeline, type Pipeline } from '../../traceql/index.js'
import { anyOfMany, isConstant, operation } from './rewrite/conditions.js'
import { joinPipelines } from './rewrite/rewrite-pipeline.js'
import type { SpanNeeds, TraceNeeds } from './trace-needs.js'

/** The query that finds the spans of all these needs. */
export function toSpanQuery(needs: readonly SpanNeeds[]): string {
  return `{ ${printFieldExpression(anyOfMany(needs.map(({ condition }) => condition)))} }`
}

/** All fields that one of these needs to know. */
export function fieldsOf(needs: readonly TraceNeeds[]): readonly string[] {
  return [...new Set(needs.flatMap(({ fields }) => fields))]
}

/**
 * The query that finds the traces of all these needs. A trace in parts may be of interest as a whole only: with `inParts`
 * those are found too of which a part without a root has a span that meets one of the filters.
 */
export function toTraceQuery(needs: readonly TraceNeeds[], inParts: boolean): string {
  const pipelines = needs.map(({ candidates }) => candidates)
  return printPipeline(joinPipelines(inParts ? [...pipelines, toBrokenParts(needs)] : pipelines))
}

function toBrokenParts(needs: readonly TraceNeeds[]): Pipeline {
  const conditions = anyOfMany(needs.flatMap((each) => each.conditions))
  const expression = isConstant(conditions, true) ? HAS_NO_ROOT : operation(conditions, '&&', HAS_NO_ROOT)
  return { kind: 'Pipeline', stages: [{ kind: 'SpansetFilter', expression, at: 0 }], at: 0 }
}

/** Both are 0 for a span that no root leads to. */
const HAS_NO_ROOT = operation({ kind: 'Intrinsic', name: 'nestedSetLeft', at: 0 }, '=', {
  kind: 'Intrinsic',
  name: 'nestedSetParent',
  at: 0,
})
