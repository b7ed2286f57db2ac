import type { RuleMeasure } from '../model/rule-sample.js'
import { describeThrown } from '../model/describe-thrown.js'
import type { Timestamp } from '../model/time.js'
import type { Describer } from './describe-alert.js'
import type { RuleStatus } from './group-status.js'
import { judgeRule, type Judgement } from './judge-rule.js'
import { settleAlerts, type Settled, type SettleOptions } from './settle-alerts.js'

/** One rule in one evaluation of its group, before anything of it is committed. */
export interface RuleTurn {
  readonly before: RuleStatus
  readonly after: RuleStatus
  readonly settled: Settled
  /** Ended alerts that were forgotten before their time. */
  readonly forgotten: number
}

/** Judges a rule and finds what follows. A fault of our own is a failure of this rule, and of no other. */
export function evaluateRule(
  before: RuleStatus,
  measured: RuleMeasure | Error,
  describer: Describer,
  options: SettleOptions,
): RuleTurn {
  const judgement = judge(before, measured, options.at, describer)
  const settled = settleAlerts(before.alerts, judgement.alerts, options)
  const { error, verdict, window, traces, findings, forgotten } = judgement
  const health = error === undefined ? 'ok' : 'err'
  const after: RuleStatus = {
    ...before,
    health,
    lastError: error,
    verdict,
    window,
    traces,
    findings,
    alerts: settled.alerts,
  }
  return { before, after, settled, forgotten }
}

function judge(
  { rule, alerts }: RuleStatus,
  measured: RuleMeasure | Error,
  at: Timestamp,
  describer: Describer,
): Judgement {
  try {
    return judgeRule(rule, alerts, measured, at, describer)
  } catch (error) {
    return judgeRule(rule, alerts, new Error(describeThrown(error)), at, describer)
  }
}
