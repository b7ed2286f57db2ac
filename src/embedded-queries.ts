import type { MetricsQuery, QueryLanguage, Search } from './api/tempo/query-language.js'
import type { Trace } from './model/trace.js'
import type { MetricsExpression } from './traceql/index.js'
import { check, compile, defaultStepMs, parse, parseField, TraceqlError } from './traceql/index.js'

/** TraceQL as the Tempo-compatible API is given it. Everything in it throws a `TraceqlError` for a query that is wrong. */
export const QUERY_LANGUAGE: QueryLanguage = { compileSearch, compileMetrics, parseField, defaultStepMs }

/** A search as a function over traces, with what it looks at. */
function compileSearch(query: string): Search {
  const checked = check(parse(query))
  const program = compile(checked)
  if (program.kind === 'search') {
    return Object.assign((trace: Trace) => program.evaluate(trace), {
      needs: checked.needs,
      mayMatch: program.mayMatch,
    })
  }
  const problem =
    'a metrics query is not supported here, where traces are searched; it goes to /api/metrics/query_range'
  throw new TraceqlError({ stage: 'unsupported', text: query, at: 0, problem })
}

function compileMetrics(text: string): MetricsQuery | undefined {
  const checked = check(parse(text))
  const program = compile(checked)
  const { query, root } = checked
  if (program.kind === 'search' || root.kind === 'Pipeline') return undefined
  return {
    start: (window, limits) => program.start(window, limits),
    measures: measuresSpans(root),
    limitsExemplars: query.hints.some(({ name }) => name === 'exemplars'),
  }
}

const COUNTING: ReadonlySet<string> = new Set(['rate', 'count_over_time', 'histogram_over_time'])

function measuresSpans(expression: MetricsExpression): boolean {
  switch (expression.kind) {
    case 'MetricsPipeline': {
      const { aggregate } = expression
      return aggregate.kind === 'MetricsAggregate' && !COUNTING.has(aggregate.function)
    }
    case 'SeriesRanking':
    case 'SeriesFilter':
      return measuresSpans(expression.source)
    case 'SeriesOperation':
      return false
  }
}
