import type { AlertingRule } from '../../model/alerting-rule.js'
import { SourceError } from '../../model/source-error.js'
import { check, compile, parse, TraceqlError } from '../../traceql/index.js'
import { createMatchProgram } from './match-program.js'
import { createMetricProgram } from './metric-program.js'
import type { RuleProgram } from './rule-run.js'

/** Throws a `SourceError` for an expression that is wrong or not supported. */
export function compileRule(rule: AlertingRule): RuleProgram {
  if (rule.kind === 'anomaly') throw new SourceError('the rule has no expression', { reason: 'unsupported' })
  try {
    const checked = check(parse(rule.expr))
    if (rule.kind === 'metric') return createMetricProgram(rule, checked)
    const program = compile(checked)
    if (program.kind === 'search') return createMatchProgram(rule, program.selection)
  } catch (error) {
    if (!(error instanceof TraceqlError)) throw error
    throw new SourceError(error.message, { reason: 'unsupported', cause: error })
  }
  throw new SourceError('the expression is a metrics query, expected a search', { reason: 'unsupported' })
}
