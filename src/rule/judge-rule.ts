import type { AlertInstance } from '../model/alert-instance.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import type { Fingerprint } from '../model/label-set.js'
import type { RuleMeasure } from '../model/rule-sample.js'
import type { Interval, Timestamp } from '../model/time.js'
import type { Describer } from './describe-alert.js'
import {
  type Alerts,
  type FindingsByAlert,
  lookAtMeasure,
  lookAtTrouble,
  NOTHING_SEEN,
  type Sight,
  type TracesByAlert,
} from './look-at-measure.js'
import { RuleError } from './rule-error.js'
import { stepAlert } from './step-alert.js'

/** Whether the last evaluation of a rule was good, in Prometheus' words. */
export type RuleHealth = 'ok' | 'err' | 'unknown'

/** What an evaluation of a rule came to. */
export type Verdict = 'firing' | 'normal' | 'no data' | 'partial' | 'error'

export interface Judgement {
  readonly alerts: Alerts
  readonly verdict: Verdict
  /** Why the verdict is `error`. */
  readonly error: string | undefined
  /** What was looked at; undefined where nothing could be. */
  readonly window: Interval | undefined
  /** All traces that are known of the alerts that hold. */
  readonly traces: TracesByAlert
  readonly findings: FindingsByAlert
  /** Ended alerts that were forgotten before their time, because there were too many. */
  readonly forgotten: number
}

/**
 * An evaluation makes no more alerts than this, whatever the rule's `limit`, and no more ended ones are kept. With those
 * that evaluations before it left there may be twice as many.
 */
export const MOST_ALERTS = 10_000

/**
 * Judges one rule by what measuring it came to. A failure, be it of the source or of the rule, ends no alert: it leaves
 * them as they are, or has one fire that tells of it.
 */
export function judgeRule(
  rule: AlertingRule,
  alerts: Alerts,
  measured: RuleMeasure | Error,
  at: Timestamp,
  describer: Describer,
): Judgement {
  const failWith = (message: string): Judgement => judgeFailure(rule, alerts, message, at, describer)
  if (measured instanceof Error) return failWith(measured.message)
  try {
    return judgeMeasure(rule, alerts, measured, at, describer)
  } catch (error) {
    if (error instanceof RuleError) return failWith(error.message)
    throw error
  }
}

function judgeMeasure(
  rule: AlertingRule,
  alerts: Alerts,
  measure: RuleMeasure,
  at: Timestamp,
  describer: Describer,
): Judgement {
  const sight = lookAtMeasure(rule, alerts, measure, describer)
  checkLimit(limitOf(rule), sight.seen.size)
  const next = stepAll(rule, alerts, sight, at)
  checkLimit(2 * MOST_ALERTS, countActive(next))
  const verdict = verdictOf(measure, next)
  const { traces, findings } = sight
  return { ...forgetMost(next), verdict, error: undefined, window: measure.window, traces, findings }
}

function judgeFailure(
  rule: AlertingRule,
  alerts: Alerts,
  error: string,
  at: Timestamp,
  describer: Describer,
): Judgement {
  const sight = rule.onError === 'alerting' ? lookAtTrouble(describer, 'Error', error) : NOTHING_SEEN
  return {
    ...forgetMost(stepAll(rule, alerts, sight, at)),
    verdict: 'error',
    error,
    window: undefined,
    traces: sight.traces,
    findings: sight.findings,
  }
}

function stepAll(rule: AlertingRule, alerts: Alerts, { seen, rest }: Sight, at: Timestamp): Alerts {
  const next = new Map<Fingerprint, AlertInstance>()
  for (const fingerprint of new Set([...alerts.keys(), ...seen.keys()])) {
    const alert = stepAlert(alerts.get(fingerprint), seen.get(fingerprint) ?? rest, at, rule)
    if (alert !== undefined) next.set(fingerprint, alert)
  }
  return next
}

/**
 * How many alerts an evaluation may ask for. What is merely kept firing does not count: else a rule at its limit could
 * fail for ever, as the time to keep an alert only begins with an evaluation that is good.
 */
function limitOf({ limit }: AlertingRule): number {
  return limit === 0 ? MOST_ALERTS : Math.min(limit, MOST_ALERTS)
}

function checkLimit(most: number, count: number): void {
  if (count > most) throw new RuleError(`exceeded limit of ${most} with ${count} alerts`)
}

function countActive(alerts: Alerts): number {
  return [...alerts.values()].filter(({ state }) => state !== 'inactive').length
}

/** Of too many ended alerts those that ended last are kept. */
function forgetMost(alerts: Alerts): { readonly alerts: Alerts; readonly forgotten: number } {
  if (alerts.size <= MOST_ALERTS) return { alerts, forgotten: 0 }
  const ended = [...alerts].flatMap(([fingerprint, alert]) =>
    alert.state === 'inactive' ? [{ fingerprint, resolvedAt: alert.resolvedAt }] : [],
  )
  const over = ended.toSorted((a, b) => b.resolvedAt - a.resolvedAt).slice(MOST_ALERTS)
  const kept = new Map(alerts)
  for (const { fingerprint } of over) kept.delete(fingerprint)
  return { alerts: kept, forgotten: over.length }
}

function verdictOf({ completeness, hasData }: RuleMeasure, alerts: Alerts): Verdict {
  if (completeness === 'partial') return 'partial'
  if (!hasData) return 'no data'
  return [...alerts.values()].some(({ state }) => state === 'firing') ? 'firing' : 'normal'
}
