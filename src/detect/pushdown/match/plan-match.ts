import type { MatchRule } from '../../../model/alerting-rule.js'
import { SourceError } from '../../../model/source-error.js'
import {
  check,
  compile,
  parse,
  parseField,
  printField,
  TraceqlError,
  type CheckedQuery,
  type Selection,
} from '../../../traceql/index.js'
import type { TraceNeeds } from '../trace-needs.js'
import { isOfItem, isOfTrace } from '../rewrite/fields.js'
import { widenFilter } from '../rewrite/rewrite-filters.js'
import { findFilters, rewritePipeline, rewritePipelineWidely } from '../rewrite/rewrite-pipeline.js'
import { toSpanCondition } from '../rewrite/span-condition.js'

/** How a match rule is measured on a source. */
export interface MatchPlan extends TraceNeeds {
  readonly kind: 'match'
  readonly rule: MatchRule
  /** Judges traces and parts of traces here. */
  readonly selection: Selection
}

/** Throws a `SourceError` for an expression that is wrong, or is no search. */
export function planMatch(rule: MatchRule): MatchPlan {
  const checked = checkQuery(rule.expr)
  const program = compile(checked)
  const { root } = checked
  if (program.kind !== 'search' || root.kind !== 'Pipeline') {
    throw new SourceError('the expression is a metrics query, expected a search', { reason: 'unsupported' })
  }
  const fields = fieldsOf(checked, rule)
  const needsItems = fields.map(parseField).some(isOfItem)
  const condition = needsItems || groupsByTrace(rule) ? undefined : toSpanCondition(root)
  return {
    kind: 'match',
    rule,
    selection: program.selection,
    condition: condition && widenFilter(condition),
    candidates: rewritePipelineWidely(root),
    // What instances are made of must be told by a search then.
    exact: rule.groupBy.map(parseField).some(isOfItem)
      ? undefined
      : rewritePipeline(root, new Set(rule.groupBy)),
    exactFields: rule.groupBy,
    conditions: findFilters(root.stages).map(({ expression }) => widenFilter(expression)),
    fields,
    needsItems,
  }
}

/** The expression of a rule, checked. Throws a `SourceError` where it is wrong. */
export function checkQuery(expr: string): CheckedQuery {
  try {
    return check(parse(expr))
  } catch (error) {
    if (error instanceof TraceqlError) {
      throw new SourceError(error.message, { reason: 'unsupported', cause: error })
    }
    throw error
  }
}

function fieldsOf({ needs }: CheckedQuery, { groupBy }: MatchRule): readonly string[] {
  // Whether a span is a root is known by its parent.
  const place = needs.intrinsics.has('nestedSetParent') ? ['span:parentID'] : []
  return [...new Set([...needs.attributes.map(printField), ...needs.intrinsics, ...groupBy, ...place])]
}

/** What an answer tells of every trace. */
const TOLD_OF_TRACE: ReadonlySet<string> = new Set(['rootName', 'rootServiceName'])

/** Whether instances are made of what only the whole trace tells. */
function groupsByTrace({ groupBy }: MatchRule): boolean {
  return groupBy.map(parseField).some((field) => isOfTrace(field) && !TOLD_OF_TRACE.has(field.name))
}
