import { SourceError } from '../../model/source-error.js'
import type { AlertInstance, FiringAlert, PendingAlert } from '../../model/alert-instance.js'
import type { AlertingRule } from '../../model/alerting-rule.js'
import type { Sample } from '../../model/rule-sample.js'
import { conditionOf } from '../../replay/explain/condition.js'
import {
  DETAIL_ANNOTATION,
  type Explanation,
  type PlayedEvaluation,
} from '../../replay/explain/explanation.js'
import { describeSince, describeState, firesAt } from './describe-state.js'
import { isEstimate } from './is-estimate.js'
import { orderSamples } from './order-samples.js'
import {
  count,
  describeCondition,
  describeLabels,
  describeMoment,
  describeTime,
  describeValue,
} from './words.js'

/** Why the rule does or does not fire, in one sentence. */
export function describeVerdict(explanation: Explanation): string {
  const { rule, at, history } = explanation
  const last = history.evaluations.at(-1)
  if (last === undefined) return `${rule.alert} was not evaluated.`
  return `At ${describeMoment(at)} ${rule.alert} ${describeStanding(last, explanation)}.`
}

function describeStanding(last: PlayedEvaluation, explanation: Explanation): string {
  const alerts = [...last.status.alerts.values()]
  const firing = alerts.filter((alert) => alert.state === 'firing')
  const pending = alerts.filter((alert) => alert.state === 'pending')
  const doubt = describeDoubt(last)
  if (firing.length > 0)
    return `${describeFiring(firing, explanation)}${doubt === undefined ? '' : `, and ${doubt}`}`
  if (pending.length > 0)
    return `${describePending(pending, explanation)}${doubt === undefined ? '' : `, and ${doubt}`}`
  if (doubt !== undefined) return `has no verdict: ${doubt}`
  return `does not fire: ${describeLack(last, explanation)}${describeResolved(alerts, explanation)}`
}

/** Why the evaluation itself decides nothing; undefined where it does. */
function describeDoubt({ status, measured }: PlayedEvaluation): string | undefined {
  if (status.verdict === 'error') return `the evaluation failed: ${status.lastError ?? 'no reason was given'}`
  if (measured instanceof SourceError || measured.completeness === 'complete') return undefined
  return 'only a part of the traces was seen, which ends no alert'
}

function describeFiring(firing: readonly FiringAlert[], explanation: Explanation): string {
  const [first, ...others] = firing.toSorted((a, b) => a.firedAt - b.firedAt)
  if (first === undefined) return 'fires'
  const since = `since ${describeSince(first.firedAt, explanation)}`
  if (firing.every(({ keepFiringSince }) => keepFiringSince !== undefined))
    return `fires ${since} only as keep_firing_for keeps it: its condition holds no more`
  if (others.length > 0) return `fires with ${firing.length} alerts, the first ${since}`
  const detail = first.annotations.get(DETAIL_ANNOTATION)
  if (detail !== undefined) return `fires ${since}, as ${detail}`
  const sentence = findSentence(explanation)
  return sentence === undefined ? `fires ${since}` : `fires ${since}: ${sentence}`
}

/** Why, where one thing was found that is unlike normal. */
function findSentence({ history }: Explanation): string | undefined {
  const measured = history.evaluations.at(-1)?.measured
  if (measured === undefined || measured instanceof SourceError) return undefined
  const [finding, ...others] = measured.samples.flatMap((sample) => sample.finding ?? [])
  return others.length === 0 ? finding?.sentence : undefined
}

function describePending(pending: readonly PendingAlert[], explanation: Explanation): string {
  const [first] = pending.toSorted((a, b) => a.activeAt - b.activeAt)
  if (first === undefined) return 'is pending'
  const fires = describeTime(firesAt(first, explanation), explanation.at)
  const many = pending.length === 1 ? '' : ` with ${pending.length} alerts`
  return `does not fire yet: it is pending${many} since ${describeSince(first.activeAt, explanation)}, and fires at ${fires} if that goes on`
}

function describeLack({ measured }: PlayedEvaluation, { rule, traffic, plan }: Explanation): string {
  if (measured instanceof SourceError) return measured.message
  if (!measured.hasData) return `the window holds no trace at all (no_data is ${rule.noData})`
  const [nearest] = orderSamples(rule, measured.samples)
  if (nearest === undefined) return NOTHING[rule.kind]
  if (rule.kind === 'match' && nearest.value >= rule.threshold) {
    const found = traffic === undefined ? '' : `, and found ${count(traffic.traces, 'trace')}`
    return `${count(nearest.value, 'trace')} would do, but min_traffic wants ${rule.minTraffic} in the window${found}`
  }
  return describeNearest(rule, nearest, measured.samples.length, isEstimate({ plan }))
}

const NOTHING: Readonly<Record<AlertingRule['kind'], string>> = {
  match: 'no trace of the window matches',
  metric: 'there is no series in the window',
  anomaly: 'nothing is unlike normal',
}

function describeNearest(
  rule: AlertingRule,
  { value, labels }: Sample,
  series: number,
  isRough: boolean,
): string {
  const own = describeLabels(labels)
  const which = series === 1 ? '' : `the nearest of ${series}, `
  const who = own === undefined ? `${which}it` : `${which}${own}`
  if (rule.kind === 'match') return `${who} has ${count(value, 'trace')}, and it takes ${rule.threshold}`
  const condition = conditionOf(rule)
  if (condition === undefined) return `${who} is at ${describeValue(value, 'none')}`
  const about = isRough ? 'about ' : ''
  return `${who} is at ${about}${describeValue(value, condition.unit)}, and it takes ${describeCondition(condition, condition.unit)}`
}

function describeResolved(alerts: readonly AlertInstance[], explanation: Explanation): string {
  const [latest] = alerts
    .filter((alert) => alert.state === 'inactive')
    .toSorted((a, b) => b.resolvedAt - a.resolvedAt)
  return latest === undefined ? '' : `; it ${describeState(latest, explanation)}`
}
