import type { AlertingRule, RuleGroup } from '../model/alerting-rule.js'
import type { Measured } from '../model/detector.js'
import type { RuleMeasure } from '../model/rule-sample.js'
import type { Timestamp } from '../model/time.js'
import { SourceError } from '../model/source-error.js'
import type { TraceMatch } from '../model/trace-match.js'
import type { Logger } from '../telemetry/logger.js'
import type { CheckOutcome } from './check.js'
import { toRuleMeasure } from './built-in-measure.js'
import { openGroupMetrics } from './group-report.js'
import type { GroupStatus } from './group-status.js'
import { createRuleGroup, type RuleGroupOptions, type RuleGroupParts } from './rule-group.js'

export interface BuiltInGroupOptions extends Omit<RuleGroupParts, 'measure'> {
  /** A rule for each type of anomaly that the checks find, named after it. */
  readonly group: RuleGroup
  /** The alerts that its rules begin with. */
  readonly alerts?: RuleGroupOptions['alerts']
  /** Since when the source holds all traces, where it lost those from before: what began earlier is seen in part. */
  readonly completeSince?: (() => Timestamp) | undefined
  /** The share of failed traces, 0 to 1, above which the error rate is high. */
  readonly errorRateThreshold: number
}

/** The alerts of the built-in rules. */
export interface BuiltInGroup {
  /** Takes what a check came to as the evaluation of its moment. Never rejects. */
  note(outcome: CheckOutcome): Promise<void>
  status(): GroupStatus
}

/**
 * The built-in rules as a rule group: what the checks measured makes alerts, with the life, the interface and the commit
 * that those of a user's rules have. A trace at a time, as the checks find them, is told past it.
 */
export function createBuiltInGroup(options: BuiltInGroupOptions): BuiltInGroup {
  const { group, errorRateThreshold, logger, metrics } = options
  let last: CheckOutcome | undefined
  const quietly: Logger['debug'] = (message, fields) => logger.debug(message, fields)
  const run = createRuleGroup({
    ...options,
    measure: async (rules) => readMeasures(rules, last, errorRateThreshold).map(asFarAsHeld),
    // The checks have words of their own for what goes wrong and for what is found.
    logger: { ...logger, info: quietly, warn: quietly },
  })

  /** Who receives traces has none from before its start: that they are not there does not end what they began. */
  function asFarAsHeld(measure: RuleMeasure | SourceError): RuleMeasure | SourceError {
    const isPart = 'window' in measure && measure.window.start < (options.completeSince?.() ?? 0)
    return isPart ? { ...measure, completeness: 'partial' } : measure
  }

  openGroupMetrics(metrics, group)
  const { signal } = new AbortController()
  return {
    async note(outcome) {
      last = outcome
      await run.evaluate(outcome.at, signal)
    },
    status: () => run.status(),
  }
}

function readMeasures(
  rules: readonly AlertingRule[],
  outcome: CheckOutcome | undefined,
  threshold: number,
): readonly (RuleMeasure | SourceError)[] {
  if (outcome === undefined) return []
  const measures = new Map<string, Measured | SourceError>(outcome.measures)
  const failed = matchesOf(measures.get('error_status'))
  return rules.map(({ alert }) => {
    const measured = measures.get(alert) ?? outcome.failures[0] ?? NOT_MEASURED
    return measured instanceof SourceError ? measured : toRuleMeasure(measured, threshold, failed)
  })
}

const NOT_MEASURED = new SourceError('the check did not measure it', { reason: 'failed' })

function matchesOf(measured: Measured | SourceError | undefined): readonly TraceMatch[] {
  return measured !== undefined && 'matches' in measured ? measured.matches : []
}
