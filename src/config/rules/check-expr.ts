import type { MetricsExpression } from '../../traceql/index.js'
import { TraceqlError } from '../../traceql/index.js'
import type { KeyPath } from '../yaml/key-path.js'
import type { Report } from '../yaml/report.js'
import { offsetOf, readQuery } from './checked-query.js'

/** What TraceQL does not begin with: a function, or the name of a metric. */
const PROMQL = /^[\s(]*[a-zA-Z_:][\w:]*\s*(?:[({=<>!]|by\b|without\b|$)/
const PROMQL_HINT =
  '; it looks like PromQL, and rules here are TraceQL, which begins with the spans, such as { status = error } | rate() > 5'

/** Of which kind a rule with this expression is; undefined where that cannot be told, which is reported. */
export function checkExpr(text: string, path: KeyPath, report: Report): 'metric' | 'match' | undefined {
  const query = readQuery(text)
  if (query instanceof TraceqlError) {
    report(path, `TraceQL: ${query.problem}${PROMQL.test(text) ? PROMQL_HINT : ''}`, {
      offset: offsetOf(query, text),
      caret: query.caret,
    })
    return undefined
  }
  if (query.root.kind === 'Pipeline') return 'match'
  if (query.root.kind !== 'SeriesFilter')
    report(path, describeMissing(query.root), { offset: text.trimEnd().length })
  return 'metric'
}

/** Series are there whenever there are spans, so that a rule without a comparison would always fire. */
function describeMissing(root: MetricsExpression): string {
  const expected = 'expected a comparison of the series with a number at the end, such as > 10'
  return root.kind === 'SeriesRanking'
    ? `found ${root.function}() at the end, ${expected}; it would always fire`
    : `found no comparison, ${expected}; it would always fire`
}
