import { createReject } from './check-fault.js'
import { checkMetrics } from './check-metrics.js'
import { checkPipeline } from './check-pipeline.js'
import { checkRegexSizes } from './check-regex-sizes.js'
import type { IntrinsicName } from './intrinsic.js'
import { printField } from './print-field.js'
import type { Attribute, Field, MetricsExpression, Pipeline, Query } from './tree.js'

/** What a query reads of spans. */
export interface QueryNeeds {
  readonly attributes: readonly Attribute[]
  readonly intrinsics: ReadonlySet<IntrinsicName>
}

/** A query that makes sense. */
export interface CheckedQuery {
  readonly kind: 'CheckedQuery'
  /** The query as it was parsed. */
  readonly query: Query
  /** The query with its constants folded. */
  readonly root: Pipeline | MetricsExpression
  readonly needs: QueryNeeds
}

/**
 * Checks that a parsed query makes sense: types, regular expressions, limits. Throws `TraceqlError` of stage
 * `semantic`, or `unsupported` for what Tempo parses and does not do yet.
 */
export function check(query: Query): CheckedQuery {
  const reject = createReject(query.text)
  checkRegexSizes(query.root, reject)
  const root =
    query.root.kind === 'Pipeline' ? checkPipeline(query.root, reject) : checkMetrics(query.root, reject)
  return { kind: 'CheckedQuery', query, root, needs: findNeeds(root) }
}

function findNeeds(root: object): QueryNeeds {
  const attributes = new Map<string, Attribute>()
  const intrinsics = new Set<IntrinsicName>()
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const node = waiting.pop()
    if (typeof node !== 'object' || node === null) continue
    if (!isField(node)) waiting.push(...Object.values(node))
    else if (node.kind === 'Intrinsic') intrinsics.add(node.name)
    else attributes.set(printField(node), node)
  }
  return { attributes: [...attributes.values()], intrinsics }
}

function isField(node: object): node is Field {
  return 'kind' in node && (node.kind === 'Attribute' || node.kind === 'Intrinsic')
}
